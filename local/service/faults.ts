import * as z from 'zod'

/**
 * What a local service does wrong on request. `operation` names what is hit (each service lists its own names in its
 * README section) and `target` narrows it to one entity, hub, group or path; absent, every target is hit.
 * - `drop`: cut the connection that carries the operation
 * - `hold`: keep the operation back until the fault is removed
 * - `refuse`: answer with the service's own error, `error` if given
 * - `unavailable`: answer as an overloaded service does (HTTP 503, AMQP server-busy)
 */
export const Fault = z.object({
  operation: z.string().min(1),
  target: z.string().min(1).optional(),
  action: z.enum(['drop', 'hold', 'refuse', 'unavailable']),
  /** How many operations are hit; absent: all until the fault is removed. */
  count: z.int().positive().optional(),
  error: z.string().optional(),
})
export type Fault = z.infer<typeof Fault>

export type ActiveFault = Fault & { id: number }

export type Faults = {
  add(fault: Fault): ActiveFault
  remove(id?: number): void
  list(): ActiveFault[]
  /** The fault that hits this operation, counted down; `hold` has already been waited out. */
  hit(operation: string, target?: string): Promise<Exclude<Fault['action'], 'hold'> | undefined>
  /** True when `hit` would neither wait nor answer: lets a hot path stay synchronous. */
  readonly idle: boolean
}

export const createFaults = (): Faults => {
  let nextId = 1
  const active = new Map<number, ActiveFault>()
  const held = new Map<number, Array<() => void>>()

  const remove = (id?: number): void => {
    for (const key of id === undefined ? [...active.keys()] : [id]) active.delete(key)
    for (const [key, waiting] of held) {
      if (id !== undefined && key !== id) continue
      held.delete(key)
      for (const resume of waiting) resume()
    }
  }

  const find = (operation: string, target?: string): ActiveFault | undefined => {
    for (const fault of active.values()) {
      if (fault.operation !== operation && fault.operation !== '*') continue
      if (fault.target !== undefined && fault.target !== target) continue
      if (fault.count !== undefined && --fault.count === 0) active.delete(fault.id)
      return fault
    }
    return undefined
  }

  return {
    get idle() {
      return active.size === 0
    },
    add: (fault) => {
      const added = { ...fault, id: nextId++ }
      active.set(added.id, added)
      return added
    },
    remove,
    list: () => [...active.values()],
    hit: async (operation, target) => {
      const fault = find(operation, target)
      if (fault === undefined) return undefined
      if (fault.action !== 'hold') return fault.action
      await new Promise<void>((resume) => {
        held.set(fault.id, [...(held.get(fault.id) ?? []), resume])
      })
      return undefined
    },
  }
}

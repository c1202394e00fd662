import type { Connection } from '../amqp/connection.ts'
import type { Fault, Faults } from '../../service/faults.ts'
import { type Condition, ServiceError } from '../entities/service-error.ts'

/**
 * Where tests can make the broker fail: names of `operation` in `/__local/faults`. Those with `.answer` come when the work
 * is done and only the answer is left.
 */
export type Operation =
  'attach' | 'send' | 'send.answer' | 'receive' | 'settle' | 'settle.answer' | 'management' | 'cbs'

/**
 * Runs an operation, after the faults that hit it: at once when there are none, else behind those that wait already.
 * `refusal` is what the fault says instead of carrying the operation out; a dropped one never runs.
 */
export type Gate = (operation: Operation, run: (refusal: ServiceError | undefined) => void) => void

const refusalOf = (action: Fault['action'], fault: Fault | undefined): ServiceError => {
  if (action === 'unavailable') {
    return new ServiceError(
      'com.microsoft:server-busy',
      'The service is busy (a fault that was asked for). Try again.',
    )
  }
  const condition = (fault?.error ?? 'amqp:internal-error') as Condition
  return new ServiceError(condition, `The broker refuses (a fault that was asked for): ${condition}.`)
}

/** A gate for operations on one entity over one connection; `target` is the entity's path. */
export const createGate = (options: { faults: Faults; target: string; connection: Connection }): Gate => {
  const { faults, target, connection } = options
  /** The operations that wait, by name: one that is held does not keep back another kind. */
  const lines = new Map<Operation, { waiting: number; last: Promise<void> }>()

  const hits = (fault: Fault, operation: Operation): boolean =>
    [operation, '*'].includes(fault.operation) && (fault.target === undefined || fault.target === target)

  const pass = async (operation: Operation, run: Parameters<Gate>[1]): Promise<void> => {
    const fault = faults.list().find((candidate) => hits(candidate, operation))
    const action = await faults.hit(operation, target)
    if (action === 'drop') connection.destroy()
    else run(action === undefined ? undefined : refusalOf(action, fault))
  }

  return (operation, run) => {
    const line = lines.get(operation) ?? { waiting: 0, last: Promise.resolve() }
    if (faults.idle && line.waiting === 0) {
      run(undefined)
      return
    }
    lines.set(operation, line)
    line.waiting++
    line.last = line.last
      .then(() => pass(operation, run))
      .catch((error: unknown) => {
        const description = error instanceof Error ? error.message : String(error)
        connection.close({ condition: 'amqp:internal-error', description })
      })
      .finally(() => {
        line.waiting--
      })
  }
}

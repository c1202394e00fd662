import { expect } from 'vitest'
import * as z from 'zod'
import type { Fault } from '../../../local/service/faults.ts'

const ActiveFaults = z.object({ faults: z.array(z.looseObject({ id: z.int() })) })
const Added = z.looseObject({ id: z.int() })
const Read = z.object({ operations: z.record(z.string(), z.number()), total: z.number() })

/** The `/__local/` of one service: what goes wrong there, what time it is, what was billed. */
export type Controls = {
  /** Sets a fault; answers what ends it. */
  fault(fault: Fault): Promise<() => Promise<void>>
  clear(): Promise<void>
  /** Whether a fault is still set: one with a `count` is gone when it has hit. */
  pending(): Promise<number>
  advance(ms: number): Promise<void>
  /** Billed operations by name. */
  meter(): Promise<Record<string, number>>
}

export const openControls = (origin: string): Controls => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${origin}/__local/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    expect(response.status, `${method} ${path}`).toBe(200)
    return response.json()
  }
  return {
    fault: async (fault) => {
      const { id } = Added.parse(await call('POST', 'faults', fault))
      return async () => void (await call('DELETE', `faults?id=${id}`))
    },
    clear: async () => void (await call('DELETE', 'faults')),
    pending: async () => ActiveFaults.parse(await call('GET', 'faults')).faults.length,
    advance: async (advanceMs) => void (await call('POST', 'clock', { advanceMs })),
    meter: async () => Read.parse(await call('GET', 'meter')).operations,
  }
}

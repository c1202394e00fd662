import type { Sweep } from '../contract/sweep.ts'
import type { Patiently } from '../kernel/retry.ts'
import type { Expire } from './expire.ts'

/** Sends a message of the part; what it needs of the bus. */
export type SendSweep = (
  entity: string,
  message: { body: Uint8Array; messageId: string; contentType: string },
) => Promise<void>

export type Sweeps = {
  /** Puts every due bucket on the queue; the messages do the work. Repeating it is harmless. */
  enqueue(): Promise<void>
  /** Sweeps one round of a bucket and, while something is left, puts the bucket on the queue again. */
  run(sweep: Sweep): Promise<void>
}

export const createSweeps = (options: {
  expire: Expire
  send: SendSweep
  /** The queue of sweeps of this deployment. */
  queue: string
  createId: () => string
  patiently: Patiently
}): Sweeps => {
  const { expire, createId, patiently } = options

  const send = (sweep: Sweep): Promise<void> =>
    options.send(options.queue, {
      body: Buffer.from(JSON.stringify(sweep)),
      messageId: `sweep-${sweep.bucket}-${createId()}`,
      contentType: 'application/json',
    })

  return {
    enqueue: async () => {
      for await (const bucket of expire.dueBuckets()) await send({ bucket })
    },
    run: async (sweep) => {
      const done = await patiently(() => expire.sweep(sweep.bucket))
      if (!done) await patiently(() => send(sweep))
    },
  }
}

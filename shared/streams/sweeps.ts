import { type Sweep, SweepKind } from '../contract/sweep.ts'
import type { Patiently } from '../kernel/retry.ts'
import type { Expire } from './expire.ts'

/** Sends a message of the part; what it needs of the bus. */
export type SendSweep = (
  entity: string,
  message: { body: Uint8Array; messageId: string; contentType: string },
) => Promise<void>

/** Each works one round of a kind: true when nothing of it is left. */
export type SweepRounds = Readonly<Record<SweepKind, () => Promise<boolean>>>

export type Sweeps = {
  /** Puts every due bucket and every kind on the queue; the messages do the work. Repeating it is harmless. */
  enqueue(): Promise<void>
  /** Sweeps one round of what the message names and, while something is left, puts the message on the queue again. */
  run(sweep: Sweep): Promise<void>
}

export const createSweeps = (options: {
  expire: Expire
  rounds: SweepRounds
  send: SendSweep
  /** The queue of sweeps of this deployment. */
  queue: string
  createId: () => string
  patiently: Patiently
}): Sweeps => {
  const { expire, rounds, createId, patiently } = options

  const send = (sweep: Sweep): Promise<void> =>
    options.send(options.queue, {
      body: Buffer.from(JSON.stringify(sweep)),
      messageId: `sweep-${'kind' in sweep ? sweep.kind : sweep.bucket}-${createId()}`,
      contentType: 'application/json',
    })

  return {
    enqueue: async () => {
      for (const kind of SweepKind.options) await send({ kind })
      for await (const bucket of expire.dueBuckets()) await send({ bucket })
    },
    run: async (sweep) => {
      const done = await patiently(() =>
        'kind' in sweep ? rounds[sweep.kind]() : expire.sweep(sweep.bucket),
      )
      if (!done) await patiently(() => send(sweep))
    },
  }
}

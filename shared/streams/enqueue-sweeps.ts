import type { Expire } from './expire.ts'
import type { Sweep } from '../contract/sweep.ts'

/** Sends a message of the part; what it needs of the bus. */
export type SendSweep = (
  entity: string,
  message: { body: Uint8Array; messageId: string; contentType: string },
) => Promise<void>

export const SWEEPS_QUEUE = 'sweeps'

export const sendSweep = (send: SendSweep, sweep: Sweep): Promise<void> =>
  send(SWEEPS_QUEUE, {
    body: Buffer.from(JSON.stringify(sweep)),
    messageId: `sweep-${sweep.bucket}-${Date.now()}`,
    contentType: 'application/json',
  })

/** Puts every due bucket on the queue; the messages do the work. Repeating it is harmless. */
export const enqueueSweeps = async (options: { expire: Expire; send: SendSweep }): Promise<void> => {
  for await (const bucket of options.expire.dueBuckets()) await sendSweep(options.send, { bucket })
}

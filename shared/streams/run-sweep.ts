import type { Sweep } from '../contract/sweep.ts'
import { sendSweep, type SendSweep } from './enqueue-sweeps.ts'
import type { Expire } from './expire.ts'

/** Sweeps one round of a bucket and, while something is left, puts the bucket on the queue again. */
export const runSweep = async (options: { expire: Expire; send: SendSweep }, sweep: Sweep): Promise<void> => {
  const done = await options.expire.sweep(sweep.bucket)
  if (!done) await sendSweep(options.send, sweep)
}

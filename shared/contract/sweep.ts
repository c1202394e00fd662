import * as z from 'zod'

/** A message on the queue `sweeps`: one bucket of the expiry index to work through. */
export const Sweep = z.object({ bucket: z.string().min(1) })
export type Sweep = z.infer<typeof Sweep>

/** The queue of sweeps. */
export const SWEEPS_QUEUE = 'sweeps'

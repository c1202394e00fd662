import * as z from 'zod'

/** What goes by its own age: sessions of calls, keys of repeated requests, parts of messages that never became whole. */
export const SweepKind = z.enum(['sessions', 'idempotency', 'parts'])
export type SweepKind = z.infer<typeof SweepKind>

/** A message on the queue `sweeps`: one bucket of the expiry index of streams to work through, or all of a kind. */
export const Sweep = z.union([z.object({ bucket: z.string().min(1) }), z.object({ kind: SweepKind })])
export type Sweep = z.infer<typeof Sweep>

/** The queue of sweeps. */
export const SWEEPS_QUEUE = 'sweeps'

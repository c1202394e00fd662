import * as z from 'zod'

/**
 * What is announced to the watchers of a stream after an append. It carries the events from `from` on, or, when they
 * are too large or would lose digits as JSON numbers, only `upto`: the seq after the last one stored.
 * `outcome` says that the last of these events closed the stream.
 */
export const Bell = z.union([
  z.object({
    stream: z.string(),
    from: z.int().min(0),
    events: z.array(z.unknown()),
    outcome: z.enum(['final', 'error']).optional(),
  }),
  z.object({ stream: z.string(), upto: z.int().min(0) }),
])
export type Bell = z.infer<typeof Bell>

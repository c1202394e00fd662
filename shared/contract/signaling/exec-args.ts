import * as z from 'zod'

/** The capability of agents that take A2A calls over their socket. */
export const A2A_CAPABILITY = 'a2a'

/**
 * `args` of an EXEC_REQUEST that carries an A2A call: a method of A2A 1.0 (`SendStreamingMessage`, `GetTask`, …) with
 * its params in the shape of 1.0, and the A2A headers of the client by lower-case name.
 * Answered with EXEC_RESPONSEs whose `correlation_id` is the request's id: `result` is one StreamResponse (status
 * `streaming`), or the result of the method (status `completed`, which ends the call); `failed` with `error` ends it too.
 */
export const ExecArgs = z.object({
  method: z.string().min(1),
  params: z.record(z.string(), z.unknown()),
  headers: z.record(z.string(), z.string()).default({}),
})
export type ExecArgs = z.infer<typeof ExecArgs>

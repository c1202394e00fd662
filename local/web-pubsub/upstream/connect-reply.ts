import * as z from 'zod'

/** What an event handler may answer to `connect`. */
export const ConnectReply = z.object({
  userId: z.string().nullish(),
  groups: z.array(z.string()).nullish(),
  roles: z.array(z.string()).nullish(),
  subprotocol: z.string().nullish(),
})
export type ConnectReply = z.infer<typeof ConnectReply>

/**
 * Reads the body of a reply to `connect`; an empty one changes nothing.
 * @throws when it is not JSON or has members of a wrong type.
 */
export const readConnectReply = (body: Buffer): ConnectReply =>
  body.length === 0 ? {} : ConnectReply.parse(JSON.parse(body.toString('utf8')))

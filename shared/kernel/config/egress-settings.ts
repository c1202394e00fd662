import * as z from 'zod'

/** `egress.*`: where the gateway may send requests that its users name. */
export const EgressSettings = z.strictObject({
  /**
   * Hosts (`name`, `*.suffix`, `host:port`), addresses and networks (`10.0.0.0/8`) that may be called although they are
   * not of the public internet.
   */
  allow: z.array(z.string().min(1)).default([]),
})

import * as z from 'zod'

/** The body of POST /ws/negotiate, which may be empty. */
export const NegotiateRequest = z.strictObject({
  /** Asks for a nonce: the REGISTER of the connection must carry it. */
  nonce: z.boolean().default(false),
})
export type NegotiateRequest = z.infer<typeof NegotiateRequest>

/** Where an agent connects to. The address is good for some minutes. */
export const Negotiation = z.object({
  url: z.string(),
  protocol: z.string(),
  gateway_did: z.string(),
  expires_at: z.string(),
  nonce: z.string().optional(),
})
export type Negotiation = z.infer<typeof Negotiation>

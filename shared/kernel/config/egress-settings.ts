import * as z from 'zod'
import { allowRule } from '../egress/allow-rule.ts'

const AllowEntry = z.string().refine((entry) => allowRule(entry) !== undefined, {
  error:
    'must be a host such as "agent.internal" or "*.internal", an address, each with or without ":port", or a network such as "10.0.0.0/8"',
})

/** `egress.*`: where the gateway may send requests that its users name. */
export const EgressSettings = z.strictObject({
  /**
   * Hosts (`name`, `*.suffix`), addresses, each with or without `:port`, and networks (`10.0.0.0/8`) that may be called
   * although they are not of the public internet.
   */
  allow: z.array(AllowEntry).default([]),
})

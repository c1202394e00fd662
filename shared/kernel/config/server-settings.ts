import * as z from 'zod'

/** What an app can run alone, against the same services as the other parts. */
export const PARTS = ['events', 'a2a', 'signaling', 'operations'] as const
export type Part = (typeof PARTS)[number]

/** `server.*`: this app among others. */
export const ServerSettings = z.strictObject({
  /** Where clients reach the gateway, without a slash at the end; by default the host of each request. */
  public_url: z
    .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
    .optional(),
  /** The parts of the gateway that this app runs; empty: all (`chooseParts`). */
  parts: z.array(z.enum(PARTS)).default([]),
})

import * as z from 'zod'

/** A value of an HTTP header; an empty one leaves the header out. */
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII on one line')

/** `security.*`: headers that every answer carries, errors included. */
export const SecuritySettings = z.strictObject({
  enabled: z.boolean().default(true),
  x_content_type_options: headerValue.default('nosniff'),
  x_frame_options: headerValue.default('DENY'),
  content_security_policy: headerValue.default("default-src 'self'"),
  /** Sent over https only (RFC 6797, 7.2). */
  strict_transport_security: headerValue.default('max-age=31536000; includeSubDomains'),
  referrer_policy: headerValue.default('strict-origin-when-cross-origin'),
})

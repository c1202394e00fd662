import * as z from 'zod'

/** What a header can hold (RFC 9110, 5.5): a line of visible ASCII. */
const Secret = z
  .string()
  .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be printable ASCII on one line')

/** RFC 9110, 5.6.2. */
const HeaderName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header or of a parameter')

const isLocal = (url: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)

/** Secrets go there, so https; a token service on this machine may speak http. */
const TokenUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url))
}, 'must be a URL that begins with https://')

/** How the gateway proves itself to an agent, with its secrets in clear. */
export const AgentAuthDefinition = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('bearer'), token: Secret }),
  z.strictObject({
    type: z.literal('apiKey'),
    in: z.enum(['header', 'query'], 'must be "header" or "query"').default('header'),
    name: HeaderName.default('X-API-Key'),
    value: Secret,
  }),
  z.strictObject({
    type: z.literal('oauth2'),
    tokenUrl: TokenUrl,
    clientId: z.string().min(1, 'must not be empty'),
    clientSecret: z.string().min(1, 'must not be empty'),
    scopes: z.array(z.string()).default([]),
  }),
  z.strictObject({ type: z.literal('entra'), scope: z.string().min(1, 'must not be empty') }),
  z.strictObject({ type: z.literal('passthrough') }),
])

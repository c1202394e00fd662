import * as z from 'zod'
import { issuesOf } from '../../kernel/parse.ts'
import { a2aFailure } from '../a2a-failure.ts'

/** Characters: longer ones are no addresses, tokens or names that anybody uses. */
const MAX_ID = 256
const MAX_URL = 4096
const MAX_SECRET = 8192

/** What travels in a header (RFC 9110, 5.5), without what would end it. */
const HeaderText = z
  .string()
  .max(MAX_SECRET)
  .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII: it is sent in a header')

/** The name of an authentication scheme (RFC 9110, 5.6.2). */
const Scheme = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,64}$/, 'must be the name of an HTTP authentication scheme')

const WebUrl = z
  .string()
  .max(MAX_URL)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'must be a URL that begins with http:// or https://',
    abort: true,
  })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    error: 'must not have a user name or password: put them into authentication',
  })

/** 1.0 names one scheme, 0.3 lists those that the receiver takes. */
const Authentication = z
  .object({
    scheme: Scheme.nullish(),
    schemes: z.array(Scheme).nullish(),
    credentials: HeaderText.nullish(),
  })
  .transform(({ scheme, schemes, credentials }) => ({
    scheme: scheme ?? schemes?.[0] ?? 'Bearer',
    ...(credentials ? { credentials } : {}),
  }))

const FromClient = z
  .object({
    id: z.string().max(MAX_ID).nullish(),
    url: WebUrl,
    token: HeaderText.nullish(),
    authentication: Authentication.nullish(),
  })
  .transform(({ id, url, token, authentication }) => ({
    id: id ?? '',
    url,
    ...(token ? { token } : {}),
    ...(authentication ? { authentication } : {}),
  }))

/** Where a client wants its notifications, and how they prove themselves to it. An empty id: the client gave none. */
export type PushConfig = z.infer<typeof FromClient>

/** Reads a push config in any shape. @throws A2aFailure INVALID_PARAMS, naming the rule per member. */
export const readPushConfig = (value: unknown): PushConfig => {
  const result = FromClient.safeParse(value)
  if (result.success) return result.data
  const rules = issuesOf(result.error).map(({ field, rule }) => (field === '' ? rule : `${field}: ${rule}`))
  throw a2aFailure('INVALID_PARAMS', `The push notification config breaks a rule. ${rules.join('; ')}.`)
}

/** A config as it is shown: without token and credentials. */
export const redactPushConfig = (
  { url, authentication }: PushConfig,
  { id, taskId }: { id: string; taskId: string },
): Record<string, unknown> => ({
  id,
  taskId,
  url,
  ...(authentication === undefined ? {} : { authentication: { scheme: authentication.scheme } }),
})

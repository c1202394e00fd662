import { createHash } from 'node:crypto'
import * as z from 'zod'

/** A shorter key could be found by trying. */
const MIN_KEY_CHARACTERS = 16

/** RFC 6750, 2.1. */
const BEARER_TOKEN = /^[\w.~+/-]+=*$/

const Scope = z
  .string()
  .regex(/^(\*|[\w.%-]+(:[\w.%-]+)*(:\*)?)$/, 'must be "*" or parts joined by ":", such as "agents:invoke"')

const NamedKey = z.strictObject({
  /** Shown in logs in place of the key. */
  name: z.string().min(1),
  /** SHA-256 of the key, as 64 hexadecimal digits. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be the SHA-256 of the key, 64 hexadecimal digits')
    .optional(),
  /** The key itself, for `${VAR}` and app settings; hashed at load. */
  key: z
    .string()
    .min(MIN_KEY_CHARACTERS, `must have at least ${MIN_KEY_CHARACTERS} characters`)
    .regex(
      BEARER_TOKEN,
      'must be letters, digits and - . _ ~ + / with = at its end: nothing else can be sent as a bearer token',
    )
    .optional(),
  scopes: z.array(Scope).min(1).default(['*']),
})

/** A bearer key that may call the gateway. `hash` is the SHA-256 of the key in lower-case hexadecimal. */
export type ApiKey = { name: string; hash: string; scopes: string[] }

const toApiKey = (entry: z.infer<typeof NamedKey>): ApiKey => ({
  name: entry.name,
  scopes: entry.scopes,
  hash:
    entry.hash?.toLowerCase() ??
    createHash('sha256')
      .update(entry.key ?? '')
      .digest('hex'),
})

const ApiKeyEntry = NamedKey.refine((entry) => (entry.key === undefined) !== (entry.hash === undefined), {
  error: 'needs either hash or key, and not both',
}).transform(toApiKey)

const always = z.literal(true, { error: 'access control cannot be switched off; configure auth.api_keys' })

/** `auth.*`: who may call. */
export const AuthSettings = z.strictObject({
  enabled: always.default(true),
  mode: z.literal('api_key', { error: 'must be "api_key"' }).default('api_key'),
  api_keys: z.array(ApiKeyEntry).default([]),
})

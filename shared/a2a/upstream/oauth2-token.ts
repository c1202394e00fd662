import * as z from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { SendHttp } from '../../kernel/egress.ts'
import type { Agent } from '../../registry/agent.ts'
import { a2aFailure } from '../a2a-failure.ts'

/** Milliseconds before its expiry at which a token counts as spent. */
const SPARE_MS = 60_000
const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024
/** RFC 6749, 5.1: `expires_in` is only recommended. */
const DEFAULT_LIFE_SECONDS = 300

export type ClientCredentials = {
  tokenUrl: string
  clientId: string
  clientSecret: string
  scopes: readonly string[]
}

/** A token of the client credentials grant (RFC 6749, 4.4); `refused`: the one that the agent did not take. @throws A2aFailure AGENT_UNAVAILABLE */
export type GetOauth2Token = (
  agent: Agent,
  credentials: ClientCredentials,
  options: { refused?: string | undefined },
) => Promise<string>

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().optional() })

/** Client id and secret in the header, form-encoded first (RFC 6749, 2.3.1). */
const basic = ({ clientId, clientSecret }: ClientCredentials): string => {
  const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`
}

/** `for`: the credentials it was given for, so that a change in the registry counts at once. */
type Held = { for: string; token: Promise<string>; until: number }

export const createOauth2Token = (options: { sendHttp: SendHttp; clock: Clock }): GetOauth2Token => {
  const { sendHttp, clock } = options
  const held = new Map<string, Held>()

  const ask = async (agent: Agent, credentials: ClientCredentials): Promise<z.infer<typeof Token>> => {
    const { tokenUrl, scopes } = credentials
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    if (scopes.length > 0) form.set('scope', scopes.join(' '))
    const response = await sendHttp({
      method: 'POST',
      url: new URL(tokenUrl),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        authorization: basic(credentials),
      },
      body: form.toString(),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headTimeoutMs: TIMEOUT_MS,
      target: agent.origin === 'file' ? 'trusted' : 'checked',
    })
    const text = await response.text(MAX_ANSWER_BYTES)
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`)
    return Token.parse(JSON.parse(text))
  }

  const fetchToken = async (agent: Agent, credentials: ClientCredentials, entry: Held): Promise<string> => {
    try {
      const token = await ask(agent, credentials)
      entry.until = clock.now() + (token.expires_in ?? DEFAULT_LIFE_SECONDS) * 1000 - SPARE_MS
      return token.access_token
    } catch (cause) {
      throw a2aFailure(
        'AGENT_UNAVAILABLE',
        `The gateway got no token for the agent "${agent.id}" from its token URL; the call was not made. Check auth of the agent in the registry (tokenUrl, clientId, clientSecret, scopes).`,
        { cause },
      )
    }
  }

  return async (agent, credentials, { refused }) => {
    const proven = JSON.stringify(credentials)
    const usable = (): Held | undefined => {
      const entry = held.get(agent.id)
      return entry !== undefined && entry.for === proven && entry.until > clock.now() ? entry : undefined
    }
    const known = usable()
    if (known !== undefined && (await known.token) !== refused) return known.token
    // Somebody else may have renewed it meanwhile.
    const renewed = usable()
    if (renewed !== undefined && renewed !== known) return renewed.token
    const entry: Held = { for: proven, token: Promise.resolve(''), until: Number.POSITIVE_INFINITY }
    entry.token = fetchToken(agent, credentials, entry)
    held.set(agent.id, entry)
    try {
      return await entry.token
    } catch (error) {
      if (held.get(agent.id) === entry) held.delete(agent.id)
      throw error
    }
  }
}

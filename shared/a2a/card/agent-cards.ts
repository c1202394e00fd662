import type { Agent } from '../../registry/agent.ts'
import { notFound, unavailable } from '../../kernel/errors.ts'
import { hashText } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { SurfaceAnswer } from '../surface/surface-request.ts'
import { cardOrigin } from './card-origin.ts'
import { gatewayCard } from './gateway-card.ts'
import { type Card, readCard } from './read-card.ts'
import { type CardFace, rewriteCard, type StrictCard, toHybrid } from './rewrite-card.ts'
import { jwksOf, signCard } from './sign-card.ts'
import type { SigningKey } from './signing-key.ts'

export type CardRequest = { headers: Headers; url: URL }

export type AgentCards = {
  /** The card with which the gateway stands for an agent. @throws GatewayError 404 for an agent nobody knows. */
  agent(request: CardRequest, agentId: string): Promise<SurfaceAnswer>
  /** The agent's own card, byte for byte. @throws GatewayError 404, 503 when the agent cannot be reached. */
  upstream(agentId: string): Promise<SurfaceAnswer>
  /** The card at the origin: the default agent's, or the gateway's own. */
  origin(request: CardRequest): Promise<SurfaceAnswer>
  /** The keys with which cards are signed, as JWKS. */
  jwks(): Promise<SurfaceAnswer>
}

export type AgentCardsOptions = {
  getAgent(id: string): Promise<Agent | undefined>
  /** The agent's own card, wherever the agent is. @throws when it cannot be had. */
  getCard(agent: Agent): Promise<{ text: string; etag?: string }>
  /** The id of this deployment. */
  gatewayId: string
  publicUrl?: string | undefined
  trustForwardedHost: boolean
  needsKey: boolean
  defaultAgent?: string | undefined
  /** @throws GatewayError 503 when the deployment has no secret. */
  signingKey(): Promise<SigningKey>
  log: Log
}

const CARD_TYPE = 'application/json; charset=utf-8'
const KEPT = { 'cache-control': 'public, max-age=60', vary: 'A2A-Version' }

const UNREACHABLE =
  'The agent did not give its card: it cannot be reached, or what it gave is no agent card. This is what the gateway knows of it; ask again later.'

/** RFC 9110, 13.1.2: any of the list, compared weakly. */
const isKnown = (headers: Headers, etag: string): boolean =>
  (headers.get('if-none-match') ?? '')
    .split(',')
    .map((known) => known.trim())
    .some((known) => known === '*' || known.replace(/^W\//, '') === etag.replace(/^W\//, ''))

/** What is known of an agent whose card cannot be had. */
const knownOf = (agent: Agent): Card => ({
  name: agent.name ?? agent.id,
  description: agent.description ?? `Agent ${agent.id}`,
  version: 'unknown',
  capabilities: {},
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [],
})

const unknownAgent = (id: string): Error =>
  notFound(`There is no agent "${id}". GET /agents lists those there are.`)

/** The cards of the gateway: those of its agents, rewritten to lead here, and its own. */
export const createAgentCards = (options: AgentCardsOptions): AgentCards => {
  const { getAgent, getCard, defaultAgent, needsKey, signingKey, log } = options

  const originOf = (request: CardRequest): string => cardOrigin(options, request)

  const find = async (id: string): Promise<Agent> => {
    const agent = await getAgent(id)
    if (agent === undefined) throw unknownAgent(id)
    return agent
  }

  const read = async (agent: Agent): Promise<Card | undefined> => {
    try {
      return readCard((await getCard(agent)).text)
    } catch (error) {
      log.warn('The card of an agent could not be had.', { agent_id: agent.id, error })
      return undefined
    }
  }

  /** The answer with a card. A signature differs each time, so the ETag is of what it is over, and weak. */
  const answer = async (
    request: CardRequest,
    card: object,
    sign?: () => Promise<object>,
  ): Promise<SurfaceAnswer> => {
    const text = JSON.stringify(card)
    const headers = { ...KEPT, etag: `W/"${hashText(text)}"` }
    if (isKnown(request.headers, headers.etag)) return { status: 304, headers }
    const body = sign === undefined ? text : JSON.stringify({ ...card, signatures: [await sign()] })
    return { status: 200, headers: { ...headers, 'content-type': CARD_TYPE }, text: body }
  }

  const agent = async (request: CardRequest, id: string, at?: string): Promise<SurfaceAnswer> => {
    const found = await find(id)
    const origin = originOf(request)
    const face: CardFace = { base: at ?? `${origin}/agents/${encodeURIComponent(id)}`, needsKey }
    const card = await read(found)
    if (card === undefined) {
      const known = knownOf(found)
      const minimal = { ...toHybrid(rewriteCard(known, face), known, face), error: UNREACHABLE }
      return {
        status: 200,
        headers: { 'content-type': CARD_TYPE, vary: KEPT.vary },
        text: JSON.stringify(minimal),
      }
    }
    const strict: StrictCard = rewriteCard(card, face)
    const isStrict = found.strictCard && /^\s*1\.0\b/.test(request.headers.get('a2a-version') ?? '')
    const sign = async (): Promise<object> =>
      signCard(strict, await signingKey(), `${origin}/.well-known/jwks.json`)
    return answer(
      request,
      isStrict ? strict : toHybrid(strict, card, face),
      found.cardSignatures === 'resign' ? sign : undefined,
    )
  }

  return {
    agent,
    upstream: async (id) => {
      const found = await find(id)
      const { text, etag } = await getCard(found).catch((cause: unknown) => {
        throw unavailable(
          `The agent "${id}" did not give its card: it cannot be reached now. Try again later.`,
          {
            cause,
          },
        )
      })
      const headers = { 'content-type': CARD_TYPE, ...(etag === undefined ? {} : { etag }) }
      return { status: 200, headers, text }
    },
    origin: async (request) => {
      const origin = originOf(request)
      if (defaultAgent !== undefined) return agent(request, defaultAgent, origin)
      return answer(request, gatewayCard({ id: options.gatewayId, base: origin, needsKey }))
    },
    jwks: async () => ({
      status: 200,
      headers: { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=3600' },
      text: JSON.stringify(jwksOf(await signingKey())),
    }),
  }
}

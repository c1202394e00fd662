import { notFound, unavailable } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Agent } from '../../registry/agent.ts'
import type { SurfaceAnswer } from '../surface/surface-request.ts'
import { answerCard, CARD_TYPE, CARD_VARY, writeCard } from './answer-card.ts'
import { cardOrigin } from './card-origin.ts'
import { gatewayCard } from './gateway-card.ts'
import { type Card, readCard } from './read-card.ts'
import { showAgent, type ShowOptions, showUnreachable } from './show-agent.ts'
import { jwksOf } from './sign-card.ts'
import type { SigningKey } from './signing-key.ts'

export type CardRequest = { headers: Headers; url: URL }

export type AgentCards = {
  /** The card with which the gateway stands for an agent. @throws GatewayError 404 for an agent nobody knows. */
  agent(request: CardRequest, agentId: string): Promise<SurfaceAnswer>
  /** The same card as a value, for lists. */
  listed(agent: Agent, request: CardRequest): Promise<unknown>
  /** The extended card that an agent gave, so that it leads to the gateway; what is no card stays as it is. */
  extended(request: CardRequest, agentId: string, text: string): Promise<string>
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

const unknownAgent = (id: string): Error =>
  notFound(`There is no agent "${id}". GET /agents lists those there are.`)

const unreachable = (id: string, cause: unknown): Error =>
  unavailable(`The agent "${id}" did not give its card: it cannot be reached now. Try again later.`, {
    cause,
  })

type Source = {
  /** @throws GatewayError 404 */
  find(id: string): Promise<Agent>
  /** The agent's own card, undefined when it cannot be had. */
  read(agent: Agent): Promise<Card | undefined>
}

const createSource = ({ getAgent, getCard, log }: AgentCardsOptions): Source => ({
  find: async (id) => {
    const agent = await getAgent(id)
    if (agent === undefined) throw unknownAgent(id)
    return agent
  },
  read: async (agent) => {
    try {
      return readCard((await getCard(agent)).text)
    } catch (error) {
      log.warn('The card of an agent could not be had.', { agent_id: agent.id, error })
      return undefined
    }
  },
})

/** The cards of the gateway: those of its agents, rewritten to lead here, and its own. */
export const createAgentCards = (options: AgentCardsOptions): AgentCards => {
  const { getCard, gatewayId, defaultAgent, needsKey, signingKey } = options
  const { find, read } = createSource(options)

  /** How a card is shown to a client. `rpcUrl`: where JSON-RPC is taken, if not where the agent is served. */
  const howTo = (request: CardRequest, id: string, rpcUrl?: string): ShowOptions => {
    const origin = cardOrigin(options, request)
    return {
      base: `${origin}/agents/${encodeURIComponent(id)}`,
      ...(rpcUrl === undefined ? {} : { rpcUrl }),
      needsKey,
      version: request.headers.get('a2a-version'),
      jwksUrl: `${origin}/.well-known/jwks.json`,
      signingKey,
    }
  }

  const answerAgent = async (agent: Agent, how: ShowOptions, asked: Headers): Promise<SurfaceAnswer> => {
    const card = await read(agent)
    if (card !== undefined) return answerCard(asked, showAgent(agent, card, how))
    const headers = { 'content-type': CARD_TYPE, vary: CARD_VARY }
    return { status: 200, headers, text: JSON.stringify(showUnreachable(agent, how)) }
  }

  return {
    agent: async (request, id) => answerAgent(await find(id), howTo(request, id), request.headers),
    listed: async (agent, request) => {
      const [card, how] = [await read(agent), howTo(request, agent.id)]
      if (card === undefined) return showUnreachable(agent, how)
      return JSON.parse(await writeCard(showAgent(agent, card, how)))
    },
    extended: async (request, id, text) => {
      const card = readCard(text)
      return card === undefined ? text : writeCard(showAgent(await find(id), card, howTo(request, id)))
    },
    upstream: async (id) => {
      const given = getCard(await find(id))
      const { text, etag } = await given.catch((cause: unknown) => Promise.reject(unreachable(id, cause)))
      const headers = { 'content-type': CARD_TYPE, ...(etag === undefined ? {} : { etag }) }
      return { status: 200, headers, text }
    },
    origin: async (request) => {
      const base = cardOrigin(options, request)
      if (defaultAgent === undefined)
        return answerCard(request.headers, { card: gatewayCard({ id: gatewayId, base, needsKey }) })
      return answerAgent(await find(defaultAgent), howTo(request, defaultAgent, base), request.headers)
    },
    jwks: async () => ({
      status: 200,
      headers: { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=3600' },
      text: JSON.stringify(jwksOf(await signingKey())),
    }),
  }
}

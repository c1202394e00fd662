import type { Clock } from '../../kernel/clock.ts'
import type { EgressResponse } from '../../kernel/egress.ts'
import type { Agent } from '../../registry/agent.ts'
import { agentUrl } from '../../registry/agent-url.ts'
import { A2aFailure, a2aFailure } from '../a2a-failure.ts'
import type { RunInCircuit } from './agent-circuits.ts'
import { AgentStatus } from './agent-trouble.ts'
import { startDeadline } from './deadline.ts'
import { type CardFacts, readCardFacts } from './read-card-facts.ts'
import type { SendToAgent } from './send-to-agent.ts'
import { ABORTED } from '../../kernel/aborted.ts'

export type FetchedCard = { text: string; etag?: string; facts: CardFacts }

/** Gets the card of an agent; `known` is given back when the agent says that it still holds. @throws A2aFailure AGENT_UNAVAILABLE */
export type FetchCard = (agent: Agent, known: FetchedCard | undefined) => Promise<FetchedCard>

const MAX_CARD_BYTES = 1024 * 1024
const TIMEOUT_MS = 10_000
/** Where cards stand since 0.3. */
const STANDARD_PATH = '/.well-known/agent-card.json'

const unreadable = (agent: Agent, why: string, cause?: unknown): A2aFailure =>
  a2aFailure(
    'AGENT_UNAVAILABLE',
    `The card of the agent "${agent.id}" cannot be read: ${why} The call was not made. Check the agent's address and agentCardEndpoint in the registry, or pin protocol.version and protocol.binding there.`,
    { cause },
  )

const parse = (agent: Agent, text: string, cause: AgentStatus): CardFacts => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw unreadable(agent, 'it is no JSON.', cause)
  }
  const facts = readCardFacts(value)
  if (facts !== undefined) return facts
  throw unreadable(agent, 'it names no interface that the gateway speaks (JSON-RPC or HTTP+JSON).', cause)
}

export const createFetchCard = (options: {
  send: SendToAgent
  clock: Clock
  runInCircuit: RunInCircuit
}): FetchCard => {
  const { send, clock, runInCircuit } = options

  type Wanted = { etag: string | undefined; signal: AbortSignal }

  const request = (agent: Agent, path: string, { etag, signal }: Wanted): Promise<EgressResponse> => {
    const headers = {
      accept: 'application/json',
      // Without it servers of both versions give the older form.
      ...(agent.protocol === undefined || agent.protocol.version === '1.0' ? { 'a2a-version': '1.0' } : {}),
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    }
    const get = { method: 'GET', url: agentUrl(agent, path), headers }
    return send(agent, get, { signal, timeoutMs: TIMEOUT_MS })
  }

  const open = async (agent: Agent, wanted: Wanted): Promise<EgressResponse> => {
    const response = await request(agent, agent.agentCardEndpoint, wanted)
    if (response.status !== 404 || agent.agentCardEndpoint === STANDARD_PATH) return response
    return request(agent, STANDARD_PATH, wanted)
  }

  const read = async (
    agent: Agent,
    known: FetchedCard | undefined,
    signal: AbortSignal,
  ): Promise<FetchedCard> => {
    const response = await open(agent, { etag: known?.etag, signal })
    if (response.status === 304 && known !== undefined) return known
    const status = new AgentStatus(response.status)
    if (response.status !== 200) throw unreadable(agent, `it was answered with ${status.message}.`, status)
    const text = await response.text(MAX_CARD_BYTES)
    const etag = response.headers.get('etag')
    return { text, ...(etag === null ? {} : { etag }), facts: parse(agent, text, status) }
  }

  const fetchInTime: FetchCard = async (agent, known) => {
    const done = new AbortController()
    const deadline = startDeadline({ clock, ms: TIMEOUT_MS, signal: done.signal })
    try {
      return await read(agent, known, deadline.signal)
    } catch (error) {
      if (error instanceof A2aFailure && error.value.reason === 'AGENT_UNAVAILABLE') throw error
      throw unreadable(agent, 'the agent did not give it.', error)
    } finally {
      deadline.meet()
      done.abort(ABORTED)
    }
  }

  return (agent, known) => runInCircuit(agent, () => fetchInTime(agent, known))
}

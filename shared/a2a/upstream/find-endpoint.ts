import type { Dialect } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import type { Agent } from '../../registry/agent.ts'
import { agentUrl } from '../../registry/agent-url.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { hasSeedPath } from '../dialect/seed-paths.ts'
import type { CardSource } from './card-source.ts'
import { chooseInterface, readPin } from './choose-interface.ts'
import type { CardFacts, CardInterface } from './read-card-facts.ts'

/** Where and how an agent is called. */
export type Endpoint = {
  dialect: Dialect
  url: URL
  /** Every request must name it (A2A 1.0, AgentInterface.tenant). */
  tenant?: string
  streaming: boolean
  /** Each operation has a path of its own, and takes JSON-RPC. */
  isSeed: boolean
}

export type FindEndpoint = (
  agent: Agent,
  wanted: { operation: Operation; dialect: Dialect },
) => Promise<Endpoint>

/** 0.3 lists tasks by REST only (A2A 0.3, section 3.5.6). */
const hasList = ({ dialect }: CardInterface): boolean =>
  dialect.version === '1.0' || dialect.binding === 'rest'

/** The official server of 0.3 answers a stream by REST that fails at once with a 500, without the error. */
const losesErrors = ({ version, binding }: Dialect): boolean => version === '0.3' && binding === 'rest'

const notOfSeed = (agent: Agent, operation: Operation): Error =>
  a2aFailure(
    'UNSUPPORTED_OPERATION',
    `The agent "${agent.id}" cannot be asked for "${operation}": its protocol (protocol.version "seed" in the registry) has no path for it.`,
  )

/** An agent that is pinned entirely is called at its base path, without its card. */
const withoutCard = (agent: Agent, operation: Operation): Endpoint | undefined => {
  const { version, binding } = readPin(agent)
  if (version === undefined || binding === undefined) return undefined
  const isSeed = agent.protocol?.version === 'seed'
  return {
    dialect: { version, binding },
    url: agentUrl(agent, ''),
    // The seed hands a send on at the path that it came by.
    streaming: agent.a2aCapabilities['streaming'] !== false && !(isSeed && operation === 'send'),
    isSeed,
  }
}

/** Finds how an agent is called for an operation. @throws A2aFailure AGENT_UNAVAILABLE, UNSUPPORTED_OPERATION */
export const createFindEndpoint =
  (cards: CardSource): FindEndpoint =>
  async (agent, { operation, dialect }) => {
    const pinned = withoutCard(agent, operation)
    // A task can be told of by asking for it.
    if (pinned?.isSeed && operation !== 'subscribe' && !hasSeedPath(operation))
      throw notOfSeed(agent, operation)
    if (pinned !== undefined) return pinned
    const { facts } = await cards.get(agent)
    const [list, ...others] = operation === 'list' ? facts.interfaces.filter(hasList) : []
    const able: CardFacts['interfaces'] = list === undefined ? facts.interfaces : [list, ...others]
    const { dialect: spoken, path, tenant } = chooseInterface(dialect, able, readPin(agent))
    return {
      dialect: spoken,
      url: agentUrl(agent, path),
      ...(tenant === undefined ? {} : { tenant }),
      streaming: facts.streaming && !(operation === 'send' && losesErrors(spoken)),
      isSeed: false,
    }
  }

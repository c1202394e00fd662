import type { Dialect } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import type { Agent } from '../../registry/agent.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { methodOf } from '../dialect/methods.ts'
import { agentUrl } from './agent-url.ts'
import type { CardSource } from './card-source.ts'
import { chooseInterface, readPin } from './choose-interface.ts'
import type { CardInterface } from './read-card.ts'

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

/** 0.3 lists tasks by REST only. */
const canAsk = (operation: Operation, { version, binding }: Dialect): boolean =>
  binding === 'rest' || methodOf(operation, version) !== undefined

const cannotBeAsked = (agent: Agent, operation: Operation): Error =>
  a2aFailure(
    'UNSUPPORTED_OPERATION',
    `The agent "${agent.id}" cannot be asked for "${operation}": the protocol version it speaks does not have it.`,
  )

/** An agent that is pinned entirely is called at its base path, without its card. */
const withoutCard = (agent: Agent): Endpoint | undefined => {
  const { version, binding } = readPin(agent)
  if (version === undefined || binding === undefined) return undefined
  return {
    dialect: { version, binding },
    url: agentUrl(agent, ''),
    streaming: agent.a2aCapabilities['streaming'] !== false,
    isSeed: agent.protocol?.version === 'seed',
  }
}

/** Finds how an agent is called for an operation. @throws A2aFailure AGENT_UNAVAILABLE, UNSUPPORTED_OPERATION */
export const createFindEndpoint =
  (cards: CardSource): FindEndpoint =>
  async (agent, { operation, dialect }) => {
    const pinned = withoutCard(agent)
    if (pinned !== undefined) {
      if (canAsk(operation, pinned.dialect)) return pinned
      throw cannotBeAsked(agent, operation)
    }
    const { facts } = await cards.get(agent)
    const able = facts.interfaces.filter((one: CardInterface) => canAsk(operation, one.dialect))
    const chosen = chooseInterface(dialect, able, readPin(agent))
    if (chosen === undefined || !canAsk(operation, chosen.dialect)) throw cannotBeAsked(agent, operation)
    return {
      dialect: chosen.dialect,
      url: agentUrl(agent, chosen.path),
      ...(chosen.tenant === undefined ? {} : { tenant: chosen.tenant }),
      streaming: facts.streaming,
      isSeed: false,
    }
  }

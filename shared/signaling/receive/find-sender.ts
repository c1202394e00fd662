import type { ConnectedAgent, ConnectedAgents } from '../../registry/connected-agents.ts'
import type { ConnectionState } from '../connection-state.ts'
import { SignalFailure } from '../signal-failure.ts'

const gone = (): SignalFailure =>
  new SignalFailure(
    'not_registered',
    'The agent of this connection is not registered any more. Connect again and register.',
    { closes: true },
  )

/**
 * The agent of a connection, if this still is the one that it registered last.
 * @throws SignalFailure `not_registered` when the agent was removed, `replaced` when it has another connection
 */
export type FindSender = (did: string, state: ConnectionState) => Promise<ConnectedAgent>

export const createFindSender =
  ({ connected }: { connected: Pick<ConnectedAgents, 'find'> }): FindSender =>
  async (did, { generation = 0 }) => {
    const remembered = await connected.find(did)
    // What this process remembers may be older than what the connection proves.
    const isOlder = remembered === undefined || remembered.generation < generation
    const agent = isOlder ? await connected.find(did, { fresh: true }) : remembered
    if (agent?.generation === generation) return agent
    if (agent === undefined) throw gone()
    throw new SignalFailure(
      'replaced',
      'The agent of this connection has registered another one. Use that one.',
      { closes: true },
    )
  }

import type { ConnectedAgent, ConnectedAgents } from '../../../registry/connected-agents.ts'
import { a2aFailure } from '../../a2a-failure.ts'

/** A connected agent as it is now. @throws A2aFailure AGENT_UNAVAILABLE when it is no longer connected. */
export const requireConnected = async (
  connected: Pick<ConnectedAgents, 'find'>,
  did: string,
): Promise<ConnectedAgent> => {
  const agent = await connected.find(did)
  if (agent !== undefined) return agent
  throw a2aFailure(
    'AGENT_UNAVAILABLE',
    `The agent "${did}" is not connected any more; the call was not made. Try again when it has connected and registered again.`,
  )
}

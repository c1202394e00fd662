import type { ConnectedAgent } from '../../registry/connected-agents.ts'
import type { Sockets } from '../sockets.ts'
import type { LetGo } from './create-let-go.ts'

/** Whether an agent still has its connection; one that ended without a word is let go. @throws GatewayError 503 */
export type IsThere = (agent: ConnectedAgent) => Promise<boolean>

/** Frames for an agent are handed to its inbox, where nobody may hear: only the service knows the connection. */
export const createIsThere =
  ({ sockets, letGo }: { sockets: Pick<Sockets, 'join'>; letGo: LetGo }): IsThere =>
  async (agent) => {
    if (await sockets.join(agent.connectionId, agent.did)) return true
    await letGo(agent, { reason: 'disconnected', words: 'The connection has ended.' })
    return false
  }

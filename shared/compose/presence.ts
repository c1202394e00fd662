import { agentRegistry, config, connectedAgents, patiently, proxyId, seal } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createAdminAgents } from '../registry/admin-agents.ts'
import { createCleanup } from '../signaling/presence/create-cleanup.ts'
import {
  createExpireRegistration,
  type ExpireRegistration,
} from '../signaling/presence/create-expire-registration.ts'
import { letGo, presence } from './signaling.ts'

const SECOND_MS = 1000

export const expireRegistration = lazy((): ExpireRegistration => {
  const expire = createExpireRegistration(presence())
  return (timeout) => patiently(() => expire(timeout))
})
export const cleanup = lazy(() =>
  createCleanup({
    ...presence(),
    agentTimeoutMs: config.signaling.agent_timeout * SECOND_MS,
    connectionTimeoutMs: config.signaling.connection_timeout * SECOND_MS,
  }),
)

export const adminAgents = lazy(() =>
  createAdminAgents({
    registry: agentRegistry(),
    connected: connectedAgents(),
    disconnect: async (agent) => {
      await letGo()(agent, { reason: 'removed', words: 'An operator has removed the agent.' })
    },
    sealing: seal,
    proxyId,
  }),
)

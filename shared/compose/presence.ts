import {
  agentRegistry,
  announceAgents,
  clock,
  config,
  connectedAgents,
  log,
  proxyId,
  seal,
} from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createAdminAgents } from '../registry/admin-agents.ts'
import { createCleanup } from '../signaling/presence/create-cleanup.ts'
import { createExpireRegistration } from '../signaling/presence/create-expire-registration.ts'
import { createLetGo } from '../signaling/presence/create-let-go.ts'
import { lobby, sockets } from './signaling.ts'

const SECOND_MS = 1000

const presence = lazy(() => ({
  connected: connectedAgents(),
  lobby: lobby(),
  sockets: sockets(),
  announce: announceAgents(),
  clock,
  log,
}))
const letGo = lazy(() => createLetGo(presence()))

export const expireRegistration = lazy(() => createExpireRegistration(presence()))
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
    disconnect: (agent) => letGo()(agent, { reason: 'removed', words: 'An operator has removed the agent.' }),
    sealing: seal,
    proxyId,
  }),
)

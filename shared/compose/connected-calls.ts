import { createConnectedUpstream } from '../a2a/upstream/socket/create-connected-upstream.ts'
import { clock, config, connectedAgents, log } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createExecute } from '../signaling/exec/create-execute.ts'
import { requestIds } from './exec-responses.ts'
import { gatewayIdentity, sockets } from './signaling.ts'
import { watchers } from './viewing.ts'

const { a2a, signaling } = config

/** Calls of agents that are connected by WebSocket, and their cards. */
export const connectedUpstream = lazy(() =>
  createConnectedUpstream({
    execute: createExecute({
      sockets: sockets(),
      identity: gatewayIdentity,
      requestIds,
      watch: watchers().watch,
      clock,
      log,
      maxFrameBytes: signaling.max_message_bytes,
    }),
    connected: connectedAgents(),
    clock,
    maxMessageBytes: a2a.max_message_bytes,
    sendWaitSeconds: a2a.send_wait_seconds,
    circuit: { failures: a2a.breaker.failures, openSeconds: a2a.breaker.open_seconds },
  }),
)

import { createLobby } from '../azure/tables/lobby-store.ts'
import { createSockets } from '../azure/web-pubsub/create-sockets.ts'
import { openInboxLink } from '../azure/web-pubsub/open-inbox-link.ts'
import { AGENTS_HUB, openService } from '../azure/web-pubsub/open-service.ts'
import {
  announceAgents,
  bus,
  clock,
  config,
  connectedAgents,
  log,
  queues,
  sendHttp,
  table,
} from '../compose.ts'
import type { Timeout } from '../contract/timeouts.ts'
import { lazy } from '../kernel/lazy.ts'
import { createAuthenticate } from '../signaling/identity/create-authenticate.ts'
import { createGatewayIdentity } from '../signaling/identity/create-gateway-identity.ts'
import { createNonces } from '../signaling/identity/create-nonces.ts'
import { createResolveDid } from '../signaling/identity/create-resolve-did.ts'
import { createNegotiate } from '../signaling/negotiate/create-negotiate.ts'
import { createIsThere } from '../signaling/presence/create-is-there.ts'
import { createLetGo } from '../signaling/presence/create-let-go.ts'
import { createForwardFrame } from '../signaling/receive/forward-frame.ts'
import { createHandleHubEvent } from '../signaling/receive/create-handle-hub-event.ts'
import { createRegisterAgent } from '../signaling/receive/register-agent.ts'
import { createServeGateway } from '../signaling/receive/serve-gateway.ts'
import { createAnswerValidation } from '../signaling/webhook/answer-validation.ts'
import { createVerifyCaller } from '../signaling/webhook/create-verify-caller.ts'
import { createServeWebhook } from '../signaling/webhook/serve-webhook.ts'
import { receiveExecResponse } from './exec-responses.ts'
import { idempotency } from './sessions.ts'

const SECOND_MS = 1000

const { signaling } = config

const service = lazy(() => openService(config.connections.webPubSub(), AGENTS_HUB))
const link = lazy(() => openInboxLink({ service, clock, log }))
export const sockets = lazy(() => createSockets({ service, link }))
const lobby = lazy(() => createLobby({ table: table('connections'), clock }))
export const gatewayIdentity = createGatewayIdentity({ secretKey: config.secretKey })
const nonces = createNonces({ secretKey: config.secretKey, clock })

const isFull = async (): Promise<boolean> => {
  const [waiting, registered] = await Promise.all([lobby().count(), connectedAgents().count()])
  return waiting + registered >= signaling.max_connections
}

const expectRegistration = async (connectionId: string): Promise<void> => {
  const timeout: Timeout = { kind: 'registration', connection_id: connectionId }
  await bus().send(queues.timeouts, {
    body: Buffer.from(JSON.stringify(timeout)),
    contentType: 'application/json',
    messageId: `registration-${connectionId}`,
    scheduledAt: new Date(clock.now() + signaling.connection_timeout * SECOND_MS),
  })
}

/** Once for each id of a DID: on another connection it is a replay. */
const claimId = async (claim: { did: string; messageId: string; connectionId: string }): Promise<boolean> => {
  const { did, messageId, connectionId } = claim
  const earlier = await idempotency().claim({
    subject: did,
    agentId: 'register',
    key: messageId,
    bodyHash: '',
    correlationId: connectionId,
  })
  return earlier === undefined || earlier.correlationId === connectionId
}

const authenticate = lazy(() =>
  createAuthenticate({
    resolveDid: createResolveDid({ sendHttp: sendHttp(), clock }),
    clock,
    verifySignatures: signaling.verify_signatures,
    validateDids: signaling.validate_dids,
    acceptLegacyDids: signaling.legacy_dids,
  }),
)

/** What it takes to look after connections. */
export const presence = lazy(() => ({
  connected: connectedAgents(),
  lobby: lobby(),
  sockets: sockets(),
  announce: announceAgents(),
  clock,
  log,
}))
export const letGo = lazy(() => createLetGo(presence()))

const handleHubEvent = lazy(() => {
  const parts = {
    ...presence(),
    identity: gatewayIdentity,
    authenticate: authenticate(),
    letGo: letGo(),
    receiveExecResponse: receiveExecResponse(),
    claimId,
    isFull,
    isNonce: nonces.verify,
    expectRegistration,
    agentTimeoutSeconds: signaling.agent_timeout,
    rate: { perSecond: signaling.messages_per_second, burst: signaling.message_burst },
    maxBytes: signaling.max_message_bytes,
  }
  return createHandleHubEvent({
    ...parts,
    registerAgent: createRegisterAgent(parts),
    forwardFrame: createForwardFrame(parts),
    serveGateway: createServeGateway(parts),
    isThere: createIsThere(parts),
  })
})

export const serveWebhook = lazy(() => {
  const connection = config.connections.webPubSub()
  return createServeWebhook({
    verifyCaller: createVerifyCaller({ connection, identity: signaling.webhook, clock }),
    answerValidation: createAnswerValidation(connection),
    handle: handleHubEvent(),
    clock,
    log,
  })
})
export const negotiateSocket = lazy(() =>
  createNegotiate({
    sockets: sockets(),
    gatewayDid: gatewayIdentity.did,
    nonces,
    capacity: { isFull },
    minutes: signaling.url_minutes,
    clock,
  }),
)

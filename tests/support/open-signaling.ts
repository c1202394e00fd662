import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import { createIdempotencyStore } from '../../shared/azure/tables/idempotency-store.ts'
import { createLobby } from '../../shared/azure/tables/lobby-store.ts'
import { createLog } from '../../shared/kernel/log.ts'
import type { AnnounceAgents } from '../../shared/registry/announce-agents.ts'
import { createConnectedAgents } from '../../shared/registry/create-connected-agents.ts'
import type { ConnectionState } from '../../shared/signaling/connection-state.ts'
import type { HubReply } from '../../shared/signaling/hub-event.ts'
import { createAuthenticate } from '../../shared/signaling/identity/create-authenticate.ts'
import { createGatewayIdentity } from '../../shared/signaling/identity/create-gateway-identity.ts'
import { createIsThere } from '../../shared/signaling/presence/create-is-there.ts'
import { createLetGo } from '../../shared/signaling/presence/create-let-go.ts'
import { createHandleHubEvent } from '../../shared/signaling/receive/create-handle-hub-event.ts'
import { createForwardFrame } from '../../shared/signaling/receive/forward-frame.ts'
import { createRegisterAgent } from '../../shared/signaling/receive/register-agent.ts'
import { createServeGateway } from '../../shared/signaling/receive/serve-gateway.ts'
import type { Sockets } from '../../shared/signaling/sockets.ts'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.ts'
import type { Mortal } from './create-mortal.ts'
import { openConnectedStores, PRESENCE_MS } from './open-connected.ts'

type Answered = { state: ConnectionState; frame?: Record<string, unknown> }

/** One process of the gateway. */
export type SignalingProcess = {
  /** What the webhook answers to a frame, once all that goes on after the answer is done. @throws what would be a 5xx */
  say(connectionId: string, text: string, state?: ConnectionState): Promise<Answered>
  end(connectionId: string, state?: ConnectionState): Promise<unknown>
}

export type SignalingBench = {
  clock: ManualClock
  /** Connections that are open. */
  open: Set<string>
  /** What was sent to connections other than as an answer. */
  sent: string[]
  /** Who hears the inbox of a DID. */
  hearing(did: string): string[]
  /** What was told of a DID, in order; told again it stands there again. */
  told(did: string): string[]
  /** Runs when an agent's registration is being told. */
  whileTelling(work: () => Promise<unknown>): void
  /** A connection that has not registered. */
  connect(connectionId: string): Promise<void>
  isWaiting(connectionId: string): Promise<boolean>
  /** The connection of an agent, as it is stored. */
  connectionOf(did: string): Promise<string | undefined>
  lastActivityOf(did: string): Promise<string | undefined>
  start(mortal?: Mortal): SignalingProcess
}

const ALL: Mortal = { wrap: (target) => target }

/** Sockets that only note who is connected and who hears what. */
const createFakeSockets = () => {
  const open = new Set<string>()
  const sent: string[] = []
  const inboxes = new Map<string, Set<string>>()
  const sockets: Omit<Sockets, 'clientUrl'> = {
    forward: async () => undefined,
    send: async (_connectionId, frame) => void sent.push(frame),
    join: async (connectionId, did) => {
      if (!open.has(connectionId)) return false
      inboxes.set(did, (inboxes.get(did) ?? new Set()).add(connectionId))
      return true
    },
    close: async (connectionId) => void open.delete(connectionId),
  }
  const hearing = (did: string): string[] => [...(inboxes.get(did) ?? [])].filter((id) => open.has(id))
  return { open, sent, sockets, hearing }
}

const createFakeAnnouncements = () => {
  const told: Array<[did: string, what: string]> = []
  let during = async (): Promise<unknown> => undefined
  const announce: AnnounceAgents = {
    registration: async ({ did }) => {
      told.push([did, 'registered'])
      await during()
    },
    removal: async ({ did }, reason) => void told.push([did, reason]),
  }
  return { told, announce, whileTelling: (work: () => Promise<unknown>) => void (during = work) }
}

const toAnswer = (reply: HubReply): Answered => {
  if (reply.kind === 'refused') throw new Error('Frames are not refused so.')
  const frame = 'frame' in reply && reply.frame !== undefined ? { frame: JSON.parse(reply.frame) } : {}
  return { state: reply.state, ...frame }
}

/** What the webhook leads to, over the real tables (Azurite). `suffix` gives a test tables of its own. */
export const openSignaling = (connectionString: string, suffix: string): SignalingBench => {
  const clock = createManualClock(Date.now())
  const log = createLog({ level: 'error', clock, write: () => undefined })
  const { open, sent, sockets, hearing } = createFakeSockets()
  const { told, announce, whileTelling } = createFakeAnnouncements()
  const stores = openConnectedStores(connectionString, suffix)
  const openTable = (name: string) => connectTable({ connectionString }, `${name}${suffix}`)
  const lobby = createLobby({ table: openTable('connections'), clock })
  const ids = createIdempotencyStore({ table: openTable('idempotency'), clock, ttlMs: 3_600_000 })
  const identity = createGatewayIdentity({ secretKey: () => 'x'.repeat(32) })
  const authenticate = createAuthenticate({
    resolveDid: () => Promise.reject(new Error('Nobody is asked.')),
    clock,
    verifySignatures: true,
    validateDids: true,
    acceptLegacyDids: true,
  })
  const claims = {
    claimId: async ({
      did,
      messageId,
      connectionId,
    }: Record<'did' | 'messageId' | 'connectionId', string>) => {
      const claim = { subject: did, agentId: 'register', key: messageId, bodyHash: '' }
      const earlier = await ids.claim({ ...claim, correlationId: connectionId })
      return earlier === undefined || earlier.correlationId === connectionId
    },
  }

  const start = ({ wrap }: Mortal): SignalingProcess => {
    const connected = wrap(
      createConnectedAgents({
        ...stores,
        clock,
        log,
        proxyId: 'here',
        timeoutSeconds: 30,
        cacheMs: PRESENCE_MS,
      }),
    )
    const base = {
      connected,
      lobby: wrap(lobby),
      sockets: wrap(sockets),
      announce: wrap(announce),
      ...wrap(claims),
      identity,
      authenticate,
      clock,
      log,
    }
    const parts = { ...base, letGo: createLetGo(base) }
    const handle = createHandleHubEvent({
      ...parts,
      registerAgent: createRegisterAgent({ ...parts, agentTimeoutSeconds: 300 }),
      forwardFrame: createForwardFrame(parts),
      serveGateway: createServeGateway({ ...parts, receiveExecResponse: async () => undefined }),
      isThere: createIsThere(parts),
      isFull: async () => false,
      isNonce: () => false,
      expectRegistration: async () => undefined,
      rate: { perSecond: 100, burst: 128 },
      maxBytes: 1_000_000,
    })
    return {
      say: async (connectionId, text, state = { v: 1 }) => {
        const later: Array<Promise<unknown>> = []
        const event = { kind: 'message', connectionId, eventId: 'e', text, state } as const
        const reply = await handle(event, (work) => void later.push(work))
        await Promise.all(later)
        return toAnswer(reply)
      },
      end: (connectionId, state = { v: 1 }) =>
        handle({ kind: 'disconnected', connectionId, eventId: 'e', reason: '', state }, () => undefined),
    }
  }

  return {
    clock,
    open,
    sent,
    hearing,
    told: (did) => told.flatMap(([whose, what]) => (whose === did ? [what] : [])),
    whileTelling,
    connect: async (connectionId) => {
      open.add(connectionId)
      await lobby.enter(connectionId, clock.now())
    },
    isWaiting: (connectionId) => lobby.has(connectionId),
    connectionOf: async (did) => (await stores.store.read(did))?.agent.connectionId,
    lastActivityOf: async (did) => (await stores.store.read(did))?.agent.lastActivity,
    start: (mortal = ALL) => start(mortal),
  }
}

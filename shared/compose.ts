import { createAccess } from './access/access.ts'
import { type BlobFolder } from './azure/blobs/open-folder.ts'
import { connectFolder } from './azure/blobs/connect-folder.ts'
import { type Bus, openBus } from './azure/service-bus/open-bus.ts'
import { createAgentStore } from './azure/tables/agent-store.ts'
import { createConnectedAgentStore } from './azure/tables/connected-agent-store.ts'
import { createPresenceVersion } from './azure/tables/presence-version.ts'
import { connectTable } from './azure/tables/connect-tables.ts'
import type { Table } from './azure/tables/open-table.ts'
import { createQuarantineStore } from './azure/tables/quarantine-store.ts'
import { createStreamStore } from './azure/tables/stream-store.ts'
import { createTaskAliasStore } from './azure/tables/task-alias-store.ts'
import { openLink } from './azure/web-pubsub/open-link.ts'
import { GATEWAY_HUB, openService } from './azure/web-pubsub/open-service.ts'
import { createStreamBell } from './azure/web-pubsub/stream-bell.ts'
import { NOTIFICATIONS_QUEUE } from './contract/notifications.ts'
import type { ContainerName, TableName } from './contract/storage.ts'
import { SWEEPS_QUEUE } from './contract/sweep.ts'
import { TIMEOUTS_QUEUE } from './contract/timeouts.ts'
import { proxySubscription as subscriptionOf } from './contract/topology.ts'
import { VERSION } from './contract/version.ts'
import { createIngest } from './events/ingest.ts'
import { createQuarantine } from './events/quarantine.ts'
import { createQuarantineNative } from './events/quarantine-native.ts'
import { captureRequests } from './http/capture-requests.ts'
import { createGuard } from './http/guard.ts'
import { systemClock } from './kernel/clock.ts'
import { loadConfig } from './kernel/config.ts'
import { WEB_PUBSUB } from './kernel/config/connections.ts'
import { createSendHttp } from './kernel/egress/send-http.ts'
import { createHealth } from './kernel/health.ts'
import { lazy } from './kernel/lazy.ts'
import { createLog } from './kernel/log.ts'
import { createPatience } from './kernel/retry.ts'
import { createSeal } from './kernel/seal.ts'
import { type AnnounceAgents, createAnnounceAgents } from './registry/announce-agents.ts'
import { createConnectedAgents } from './registry/create-connected-agents.ts'
import { createRegistry } from './registry/create-registry.ts'
import { listHosted } from './registry/list-hosted.ts'
import { createProbeAgents } from './registry/probe-agents.ts'
import { readAgentFiles } from './registry/read-agent-files.ts'
import { statusEvent } from './registry/status-event.ts'
import { AGENTS_STREAM } from './registry/to-agent-event.ts'
import { announceAll } from './streams/announce.ts'
import { createAppend } from './streams/append.ts'
import { silentBell } from './streams/bell.ts'
import { createFail } from './streams/fail.ts'
import { placeStreams } from './streams/place-streams.ts'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
/** How long a message waits inside its handler for a service that is away (design: up to 2 minutes). */
const PATIENCE_MS = 120_000

export const clock = systemClock
export const config = loadConfig()
export const log = createLog({ level: config.log.level, clock })
export const patiently = createPatience({ log, budgetMs: PATIENCE_MS })
export const access = createAccess({ config, clock, log })
export const guard = createGuard({ config, access, log, clock, requests: captureRequests() })

for (const { setting, message, remedy } of config.problems) log.error(message, { setting, remedy })

const { streams } = config
export const ttlMs = streams.ttl_hours * HOUR_MS
const [[homeAccount = 'AzureWebJobsStorage'] = []] = config.storage.accounts

export const table = (name: TableName, account = homeAccount): Table =>
  connectTable(config.connections.storage(account), name)
export const folder = (name: ContainerName, account = homeAccount): BlobFolder =>
  connectFolder(config.connections.storage(account), name)

export const streamStore = lazy(() =>
  placeStreams(
    config.storage.accounts.map((generation) =>
      generation.map((account) => ({
        name: account,
        store: createStreamStore({
          streams: table('streams', account),
          expiry: table('expiry', account),
          blobs: folder('streams', account),
        }),
      })),
    ),
  ),
)

export const proxyId = config.proxy.id
/** Where this deployment finds what is for it, among others on the same namespace. */
export const proxySubscription = subscriptionOf(proxyId)
export const queues = {
  sweeps: SWEEPS_QUEUE + config.service_bus.queue_suffix,
  notifications: NOTIFICATIONS_QUEUE + config.service_bus.queue_suffix,
  timeouts: TIMEOUTS_QUEUE + config.service_bus.queue_suffix,
}

/** The namespace of the gateway's own queues; events may come from more. */
export const [homeNamespace = 'AZURE_SERVICE_BUS_CONNECTION_STRING'] = config.service_bus.namespaces
const buses = new Map<string, Bus>()
export const bus = (namespace = homeNamespace): Bus => {
  const opened = buses.get(namespace) ?? openBus(config.connections.serviceBus(namespace))
  buses.set(namespace, opened)
  return opened
}
export const webPubSub = lazy(() => openService(config.connections.webPubSub(), GATEWAY_HUB))
const link = lazy(() => {
  config.connections.webPubSub()
  const roles = ['webpubsub.joinLeaveGroup', 'webpubsub.sendToGroup']
  const getUrl = async (): Promise<string> => (await (await webPubSub()).getClientAccessToken({ roles })).url
  return openLink({ getUrl, meanwhile: 'streams go on by polling', clock, log })
})
/** Without a usable setting (`/health` names it) only the bell is missing: events are stored and found by polling. */
const hasBell = config.problems.every(({ setting }) => setting !== WEB_PUBSUB)
export const bell = lazy(() => (hasBell ? createStreamBell(link()) : silentBell))

export const quarantineStore = lazy(() =>
  createQuarantineStore({ table: table('quarantine'), blobs: folder('quarantine') }),
)
export const quarantine = lazy(() => createQuarantine({ store: quarantineStore(), clock, log }))

const fail = lazy(() => createFail({ store: streamStore(), bell: bell(), clock, ttlMs }))
export const ingest = lazy(() =>
  createIngest({
    append: createAppend({ store: streamStore(), clock, ttlMs }),
    bell: bell(),
    fail: fail(),
    quarantine: quarantine(),
    patiently,
  }),
)
export const quarantineNative = lazy(() =>
  createQuarantineNative({ quarantine: quarantine(), fail: fail(), patiently }),
)

export const aliases = lazy(() => createTaskAliasStore(table('streams')))

export const seal = createSeal({ keys: config.secretKeys })
export const sendHttp = lazy(() => createSendHttp({ allow: config.egress.allow }))

export const connectedAgents = lazy(() =>
  createConnectedAgents({
    store: createConnectedAgentStore(table('agents')),
    version: createPresenceVersion(table('connections')),
    clock,
    log,
    proxyId,
    timeoutSeconds: config.a2a.first_answer_seconds,
    cacheMs: config.signaling.presence_cache_ms,
  }),
)
export const agentRegistry = lazy(() =>
  createRegistry({
    store: createAgentStore(table('agents')),
    connected: connectedAgents(),
    readFiles: () => readAgentFiles({ readFile: config.readFile, proxyId }),
    sealing: seal,
    clock,
    log,
    cacheMs: config.a2a.registry_cache_seconds * SECOND_MS,
  }),
)
export const announceAgents = lazy(() => {
  const announce = createAnnounceAgents({
    send: (message) => bus().send(config.service_bus.topic, message),
    clock,
  })
  // Nobody waits for it, and nobody would say it again: the agent's row is gone.
  return {
    ...announce,
    removal: (...removal) => patiently(() => announce.removal(...removal)),
  } satisfies AnnounceAgents
})
const appendStatus = lazy(() => createAppend({ store: streamStore(), clock, ttlMs }))
export const probeAgents = lazy(() =>
  createProbeAgents({
    registry: agentRegistry(),
    send: sendHttp(),
    proxyId,
    onChange: async (agent, before) => {
      const event = statusEvent(agent, before, clock.now())
      const request = { stream: AGENTS_STREAM, body: JSON.stringify(event) }
      await announceAll(bell(), [request], [await appendStatus()(request)])
    },
    log,
  }),
)

const { service_bus } = config
/** Events come from every namespace, and streams may be in every account. */
const probeAll = async (names: readonly string[], probe: (name: string) => Promise<boolean>) =>
  (await Promise.all([...new Set(names)].map(probe))).every(Boolean)

export const health = lazy(() =>
  createHealth({
    probes: {
      asb: () => probeAll(service_bus.namespaces, (name) => bus(name).probe(service_bus.topic)),
      storage: () =>
        probeAll(config.storage.accounts.flat(), async (account) => {
          await table('streams', account).get('health', 'probe')
          return true
        }),
      web_pubsub: () => link().probe(),
    },
    agents: async () => {
      const hosted = await listHosted({ registry: agentRegistry(), proxyId })
      return Object.fromEntries(hosted.map(({ id, status }) => [id, status]))
    },
    sockets: () => connectedAgents().count(),
    problems: () => [...config.problems, ...agentRegistry().problems()],
    clock,
    log,
    version: VERSION,
    role: config.proxy.role,
    cacheMs: config.health.cache_seconds * SECOND_MS,
    timeoutMs: config.health.timeout_seconds * SECOND_MS,
  }),
)

import { ServiceBusClient } from '@azure/service-bus'
import { afterAll, beforeAll } from 'vitest'
import { fromTopology } from '../../../local/service-bus/config/from-topology.ts'
import { parseConfig } from '../../../local/service-bus/config/read-config.ts'
import { startServiceBus, type RunningServiceBus } from '../../../local/service-bus/start.ts'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { topologyOf, type Topology } from '../../../shared/contract/topology.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { openStreams } from '../../support/open-streams.ts'
import { startGateway } from '../support/start-gateway.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { useCloud } from '../support/use-cloud.ts'

/** The connection name of the second namespace. */
export const SECOND_BUS = 'SECOND_BUS'
/** The subscription of the second namespace that keeps a copy of whatever is published there. */
export const COPIES = 'copies'

/** The connection names of the storage accounts: of the first generation, and with the second one appended. */
export const FIRST = [['AzureWebJobsStorage']]
export const SECOND = ['SECOND_A', 'SECOND_B'] as const
export const BOTH = [...FIRST, [...SECOND]]

/** A further namespace needs the topic of agent events alone: everything else stays at home. */
const eventsOnly = (): Topology => {
  const [events] = topologyOf({ proxyId: 'local' }).topics.filter(({ name }) => name === 'agent-events')
  const { name = '', subscriptions = [] } = events ?? {}
  const copies = { name: COPIES, requiresSession: false, lockDuration: 'PT1M', maxDeliveryCount: 10 }
  return { queues: [], topics: [{ name, subscriptions: [...subscriptions, copies] }] }
}

export type ScaledCloud = {
  /** Agents that publish here use the second namespace. */
  second: TestCloud
  /** The streams of each account, by its connection name. */
  stores: ReadonlyMap<string, StreamStateStore>
  /** The gateway with two namespaces and these generations, until the test is over or it is stopped. */
  start(
    generations: readonly (readonly string[])[],
    options?: { port?: number; env?: Readonly<Record<string, string>> },
  ): Promise<TestCloud & { stop(): Promise<void> }>
}

type Added = { broker: RunningServiceBus; bus: ServiceBusClient; accounts: RunningStorage[] }

const startAdded = async (): Promise<Added> => {
  const namespace = parseConfig(fromTopology(eventsOnly()), 'the second namespace')
  const broker = await startServiceBus({ port: 0, namespace })
  const bus = new ServiceBusClient(broker.connectionString)
  return { broker, bus, accounts: await Promise.all(SECOND.map(() => startStorage())) }
}

const scale = (cloud: TestCloud, { broker, bus, accounts }: Added): ScaledCloud => {
  const added = SECOND.map((name, index) => [name, accounts[index]?.connectionString ?? ''] as const)
  const connections = [['AzureWebJobsStorage', cloud.endpoints.storage] as const, ...added]
  return {
    second: { ...cloud, bus },
    stores: new Map(connections.map(([name, connection]) => [name, openStreams(connection)])),
    start: async (generations, { port = 0, env = {} } = {}) => {
      const settings = {
        [SECOND_BUS]: broker.connectionString,
        ...Object.fromEntries(added),
        AGENT_GATEWAY_SERVICE_BUS__NAMESPACES: `AZURE_SERVICE_BUS_CONNECTION_STRING,${SECOND_BUS}`,
        AGENT_GATEWAY_STORAGE__ACCOUNTS: JSON.stringify(generations),
        AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0',
        AGENT_GATEWAY_HEALTH__TIMEOUT_SECONDS: '20',
      }
      return { ...cloud, ...(await startGateway(cloud, { ...settings, ...env }, { port })) }
    },
  }
}

/** A cloud with one more namespace and two more storage accounts. Its own app leaves events to those that tests start. */
export const useScaledCloud = (): (() => ScaledCloud) => {
  const cloud = useCloud({ env: { PARTS: 'signaling' } })
  let added: Added | undefined
  let scaled: ScaledCloud | undefined
  beforeAll(async () => {
    added = await startAdded()
    scaled = scale(cloud(), added)
  })
  afterAll(async () => {
    await added?.bus.close()
    await added?.broker.stop()
    for (const account of added?.accounts ?? []) await account.stop()
  })
  return () => {
    if (scaled === undefined) throw new Error('The cloud runs only during tests.')
    return scaled
  }
}

import { authority } from '../service/authority.ts'
import { createLocalClock } from '../service/clock.ts'
import { createFaults } from '../service/faults.ts'
import { DEFAULT_HOST } from '../service/limits.ts'
import { createMeter } from '../service/meter.ts'
import type { RunningService } from '../service/run.ts'
import { assertCodec } from './amqp/rhea.ts'
import { createAuthority } from './cbs/authority.ts'
import type { JwtIssuer } from './cbs/verify-jwt.ts'
import type { NamespaceSettings } from './config/settings.ts'
import { createAdministration } from './entities/administration.ts'
import { createDeadlines } from './entities/deadlines.ts'
import { createEntityChanges } from './entities/entity-changes.ts'
import { openState } from './entities/open-state.ts'
import { DEFAULT_KEY, KEY_NAME } from './limits.ts'
import type { Broker } from './links/broker.ts'
import { listenAmqp } from './listen-amqp.ts'
import { listenManagement } from './listen-management.ts'
import type { Tier } from './tier.ts'

export type ServiceBusOptions = {
  /** 0: a free port. */
  port: number
  host?: string | undefined
  /** The entities, as `readConfig` or `parseConfig` answers them; absent: none yet. */
  namespace?: NamespaceSettings | undefined
  /** Where the Atom endpoint and `/__local` listen; absent: nowhere. 0: a free port. */
  managementPort?: number | undefined
  /** Directory that keeps the state; absent: in memory. */
  data?: string | undefined
  tier?: Tier | undefined
  key?: string | undefined
  tls?: { cert: Buffer; key: Buffer } | undefined
  /** Who signs the JWTs that are taken in place of Microsoft Entra's; absent: none are. */
  jwt?: JwtIssuer | undefined
}

/** A running broker, with what tests steer in process. */
export type RunningServiceBus = RunningService &
  Pick<Broker, 'clock' | 'faults' | 'meter' | 'namespace'> & {
    connectionString: string
    port: number
    managementPort: number | undefined
  }

const NO_ENTITIES: NamespaceSettings = { name: 'sbemulatorns', queues: [], topics: [] }

/** With UseDevelopmentEmulator clients leave TLS out, without it they insist on it. */
const connectionStringOf = (address: string, { key = DEFAULT_KEY, tls }: ServiceBusOptions): string =>
  `Endpoint=sb://${address};SharedAccessKeyName=${KEY_NAME};SharedAccessKey=${key};${tls === undefined ? 'UseDevelopmentEmulator=true;' : ''}`

/** Everything but the listening. @throws UsageError when the data directory is taken or damaged. */
const createBroker = (options: ServiceBusOptions) => {
  const { key = DEFAULT_KEY, tier = 'standard', namespace: settings = NO_ENTITIES } = options
  const clock = createLocalClock()
  const { now } = clock
  const deadlines = createDeadlines(clock)
  const meter = createMeter()
  const state = openState({ settings, data: options.data, now, deadlines, meter })
  const { engine, namespace, durable } = state
  const changes = createEntityChanges(engine, namespace)
  for (const entity of namespace.entities()) changes.watch(entity)
  const broker: Broker = {
    engine,
    namespace,
    changes,
    authority: createAuthority({ keyName: KEY_NAME, key, jwtIssuer: options.jwt, now }),
    clock,
    faults: createFaults(),
    meter,
    tier,
  }
  const { name } = settings
  const administration = createAdministration({ namespace, changes, name, tier, startedAt: now(), durable })
  const close = async (): Promise<void> => {
    deadlines.stop()
    clock.stop()
    await state.close()
  }
  return { broker, administration, durable, close }
}

/**
 * Starts a local Service Bus.
 * @throws UsageError when the data directory is taken or damaged; the `listen` error when a port is taken.
 */
export const startServiceBus = async (options: ServiceBusOptions): Promise<RunningServiceBus> => {
  assertCodec()
  const { host = DEFAULT_HOST, tls, managementPort } = options
  const { broker, administration, durable, close } = createBroker(options)
  const stops = [close]
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed()) await end()
  }
  try {
    const amqp = await listenAmqp(broker, { host, port: options.port, tls, durable })
    stops.push(amqp.stop)
    const management =
      managementPort === undefined
        ? undefined
        : await listenManagement(broker, { administration, host, port: managementPort, tls })
    if (management !== undefined) stops.push(management.stop)
    const connectionString = connectionStringOf(authority(host, amqp.port), options)
    const ports = { port: amqp.port, managementPort: management?.port }
    const ready = { service: 'service-bus', connectionString, ...ports }
    const { clock, namespace, faults, meter } = broker
    return { ready, connectionString, ...ports, stop, clock, namespace, faults, meter }
  } catch (error) {
    await stop()
    throw error
  }
}

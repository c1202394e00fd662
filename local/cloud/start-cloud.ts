import { DEFAULT_HOST } from '../service/limits.ts'
import { appSettings } from './app-settings.ts'
import { writeEndpoints, type Endpoints } from './endpoints.ts'
import { ensureEntities } from './ensure-entities.ts'
import { entitiesOf, namesOf } from './entities-of.ts'
import { findPort } from './find-port.ts'
import { lockData } from './lock-data.ts'
import { socketForward } from './hub-settings.ts'
import type { CloudOptions } from './options.ts'
import { checkPorts } from './ports.ts'
import { readSecretKey } from './read-secret-key.ts'
import {
  createStarter,
  startHostProgram,
  startServiceBusProgram,
  startStorageProgram,
  startWebPubSubProgram,
  type StartService,
} from './start-services.ts'
import type { SupervisedService } from './supervise.ts'
import { waitHealthy } from './wait-healthy.ts'

export type Cloud = {
  endpoints: Endpoints
  storage: SupervisedService
  /** Undefined when the broker runs elsewhere. */
  serviceBus: SupervisedService | undefined
  webPubSub: SupervisedService
  /** The functions host with the app. */
  app: SupervisedService
  /** Stops everything, the app first. */
  stop(): Promise<void>
}

const connectionOf = ({ name, ready }: SupervisedService): string => {
  if (ready.connectionString === undefined)
    throw new Error(`the ready line of ${name} has no connectionString`)
  return ready.connectionString
}

/** Promise.all that tells of a failure only when all have ended: what was started is then known and can be stopped. */
const settleAll: typeof Promise.all = async (promises: Iterable<unknown>) => {
  const all = [...promises]
  await Promise.allSettled(all)
  return await Promise.all(all)
}

/** Starts what the app needs, all at once. */
const startBackends = async (
  start: StartService,
  options: CloudOptions,
  gateway: string,
): Promise<Pick<Cloud, 'storage' | 'serviceBus' | 'webPubSub'>> => {
  const external = options.serviceBus
  const starting = [
    startStorageProgram(start, options),
    startWebPubSubProgram(start, options, gateway),
    external === undefined
      ? startServiceBusProgram(start, options)
      : ensureEntities(entitiesOf(options), external).then(() => undefined),
  ] as const
  const [storage, webPubSub, serviceBus] = await settleAll(starting)
  return { storage, webPubSub, serviceBus }
}

const describeEndpoints = (
  gateway: string,
  backends: Pick<Cloud, 'storage' | 'serviceBus' | 'webPubSub'>,
  external: CloudOptions['serviceBus'],
): Endpoints => {
  const managementPort = backends.serviceBus?.ready.managementPort
  const managementUrl =
    managementPort === undefined ? external?.managementUrl : `http://${DEFAULT_HOST}:${managementPort}`
  return {
    gateway,
    serviceBus: external?.connectionString ?? (backends.serviceBus ? connectionOf(backends.serviceBus) : ''),
    webPubSub: connectionOf(backends.webPubSub),
    storage: connectionOf(backends.storage),
    ...(managementUrl === undefined ? {} : { serviceBusManagement: managementUrl }),
  }
}

/** Starts the app and resolves when it is healthy, or rejects as soon as it cannot become so. */
const startApp = async (
  start: StartService,
  options: CloudOptions,
  { app, endpoints, port, upgrade }: { app: string; endpoints: Endpoints; port: number; upgrade: string },
): Promise<SupervisedService> => {
  const env = appSettings({
    ...endpoints,
    names: namesOf(options),
    publicUrl: process.env['PUBLIC_URL'] || endpoints.gateway,
    secretKey: process.env['AGENT_GATEWAY_SECRET_KEY'] || readSecretKey(options.keyFolder ?? options.data),
  })
  const host = await startHostProgram(start, options, { app, port, upgrade, env: { ...env, ...options.env } })
  await waitHealthy(endpoints.gateway)
  return host
}

/**
 * Starts storage, broker, Web PubSub and the functions host with the built app, each a process of its own, and waits
 * until the gateway is healthy. A service that crashes is started again at the same address.
 * @throws UsageError when a port or the data folder is taken, or a service does not start; nothing is left running.
 */
export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const { ports, host = DEFAULT_HOST } = options
  const unlock = lockData(options.data)
  const { start, stopAll } = createStarter(options)
  const stop = async (): Promise<void> => {
    await stopAll()
    unlock()
  }
  try {
    const { gateway, serviceBus, serviceBusManagement, ...others } = ports
    const brokerPorts = options.serviceBus === undefined ? { serviceBus, serviceBusManagement } : {}
    const port = await findPort('gateway', host, gateway)
    await checkPorts({ ...brokerPorts, ...others }, DEFAULT_HOST)
    const visibleHost = host === '0.0.0.0' || host === '::' ? DEFAULT_HOST : host
    const address = `http://${visibleHost}:${port}`
    const [backends, folder] = await settleAll([startBackends(start, options, address), options.app()])
    const endpoints = describeEndpoints(address, backends, options.serviceBus)
    const upgrade = socketForward(`http://${DEFAULT_HOST}:${backends.webPubSub.ready.port}`)
    const app = await startApp(start, options, { app: folder, endpoints, port, upgrade })
    writeEndpoints(options.data, endpoints)
    return { endpoints, ...backends, app, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

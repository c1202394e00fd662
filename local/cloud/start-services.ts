import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fromTopology } from '../service-bus/config/from-topology.ts'
import { entitiesOf } from './entities-of.ts'
import { hubSettings } from './hub-settings.ts'
import type { CloudOptions } from './options.ts'
import { supervise, type SupervisedService, type SuperviseOptions } from './supervise.ts'

export type StartService = (
  options: Pick<SuperviseOptions, 'name' | 'path' | 'options' | 'env'>,
) => Promise<SupervisedService>

const LOCAL = resolve(import.meta.dirname, '..')

/** Supervises services and remembers them in the order of their start, so that they can be stopped in reverse. */
export const createStarter = (options: CloudOptions): { start: StartService; stopAll(): Promise<void> } => {
  const started: SupervisedService[] = []
  const { onLine = () => {}, onGiveUp = () => {} } = options
  return {
    start: async (service) => {
      const running = await supervise({ ...service, path: join(LOCAL, service.path), onLine, onGiveUp })
      started.push(running)
      return running
    },
    stopAll: async () => {
      for (const service of started.toReversed()) await service.stop()
    },
  }
}

export const startStorageProgram = (
  start: StartService,
  { ports, data }: CloudOptions,
): Promise<SupervisedService> =>
  start({
    name: 'storage',
    path: 'storage/main.ts',
    options: (first) => ({
      data: join(data, 'storage'),
      tablePort: first?.tablePort ?? ports.table,
      blobPort: first?.blobPort ?? ports.blob,
    }),
  })

export const startServiceBusProgram = (
  start: StartService,
  options: CloudOptions,
): Promise<SupervisedService> => {
  const { ports, data, tier = 'standard' } = options
  const config = join(data, 'service-bus.json')
  writeFileSync(config, JSON.stringify(fromTopology(entitiesOf(options)), undefined, 2))
  return start({
    name: 'service-bus',
    path: 'service-bus/main.ts',
    options: (first) => ({
      config,
      tier,
      data: join(data, 'service-bus'),
      port: first?.port ?? ports.serviceBus,
      managementPort: first?.managementPort ?? ports.serviceBusManagement,
    }),
  })
}

/** Web PubSub, which calls the app at `gateway` about the clients of one hub. */
export const startWebPubSubProgram = (
  start: StartService,
  { ports, data }: CloudOptions,
  gateway: string,
): Promise<SupervisedService> => {
  const config = join(data, 'web-pubsub.json')
  writeFileSync(config, JSON.stringify(hubSettings(gateway), undefined, 2))
  return start({
    name: 'web-pubsub',
    path: 'web-pubsub/main.ts',
    options: (first) => ({ config, port: first?.port ?? ports.webPubSub }),
  })
}

/** The functions host with the app; `port` is fixed beforehand, because the app and Web PubSub are told its address. */
export const startHostProgram = (
  start: StartService,
  options: CloudOptions,
  {
    app,
    port,
    upgrade,
    env,
  }: { app: string; port: number; upgrade: string; env: Readonly<Record<string, string>> },
): Promise<SupervisedService> => {
  const { host, layout, httpProcesses: http, strict } = options
  return start({
    name: 'app',
    path: 'functions-host/main.ts',
    env,
    options: () => ({
      app,
      host,
      port,
      upgrade,
      layout,
      http,
      strict,
      static: options.static,
      data: join(options.data, 'functions-host'),
    }),
  })
}

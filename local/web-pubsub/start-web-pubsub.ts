import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { authority } from '../service/authority.ts'
import { createLocalClock } from '../service/clock.ts'
import { answerControl, type Controls } from '../service/control.ts'
import { createFaults } from '../service/faults.ts'
import { DEFAULT_HOST } from '../service/limits.ts'
import { listen } from '../service/listen.ts'
import { createMeter } from '../service/meter.ts'
import type { RunningService } from '../service/run.ts'
import { createClientEndpoint } from './clients/endpoint.ts'
import { startKeepAlive } from './clients/keep-alive.ts'
import { sessionEnded } from './clients/session-ended.ts'
import { parseConfig, type WebPubSubConfigFile } from './config.ts'
import type { ServiceContext } from './context.ts'
import { createDeliver } from './hubs/deliver.ts'
import { createHubRegistry } from './hubs/hub-registry.ts'
import { answerRest } from './rest/answer.ts'
import type { TestIssuer } from './tokens/entra.ts'
import { createIssueToken } from './tokens/identity.ts'
import { LOCAL_ACCESS_KEY } from './tokens/keys.ts'
import { createSigner } from './tokens/sign.ts'
import { createVerifiers } from './tokens/verify.ts'
import { createUpstream } from './upstream/create-upstream.ts'
import { originOf, type Origin } from './upstream/validate-endpoint.ts'

export type WebPubSubOptions = {
  /** Default 127.0.0.1. */
  host?: string | undefined
  /** 0, the default, takes a free port. */
  port?: number | undefined
  /** Settings of hubs, as in the configuration file. */
  config?: WebPubSubConfigFile | undefined
  /** The primary access key. */
  key?: string | undefined
  secondaryKey?: string | undefined
  tls?: { cert: Buffer; key: Buffer } | undefined
  /** Whose tokens are taken for those of Microsoft Entra; only behind TLS. */
  testIssuer?: TestIssuer | undefined
  /** End a reliable session when its client closes the socket cleanly; by default it waits for a recovery. */
  cleanCloseEndsSession?: boolean | undefined
  /** Gets a line for every event that no event handler took. */
  log?: ((line: string) => void) | undefined
}

export type RunningWebPubSub = RunningService &
  Controls & {
    ready: { service: string; port: number; connectionString: string }
    connectionString: string
    port: number
  }

const createContext = (options: WebPubSubOptions, origin: () => Origin): ServiceContext => {
  const controls = { clock: createLocalClock(), faults: createFaults(), meter: createMeter() }
  const keys = { primary: options.key ?? LOCAL_ACCESS_KEY, secondary: options.secondaryKey }
  const secure = options.tls !== undefined
  const config = parseConfig(options.config ?? {}, 'config')
  const { identity } = config
  const issueToken = identity && createIssueToken({ identity, clock: controls.clock })
  const hubs = createHubRegistry({
    config,
    onEnded: (client, reason) => sessionEnded(context, client, reason),
  })
  const log = options.log ?? (() => undefined)
  const context: ServiceContext = {
    ...controls,
    hubs,
    deliver: createDeliver(controls),
    upstream: createUpstream({ ...controls, hubs, keys, issueToken, origin, log }),
    verifiers: createVerifiers({ ...controls, keys, secure, testIssuer: options.testIssuer }),
    signer: createSigner({ ...controls, keys }),
    secure,
    cleanCloseEndsSession: options.cleanCloseEndsSession ?? false,
  }
  return context
}

/**
 * Starts a local Azure Web PubSub service and answers how to reach and how to steer it.
 * @throws UsageError when the configuration is wrong; the error of `listen` when the port is taken.
 */
export const startWebPubSub = async (options: WebPubSubOptions = {}): Promise<RunningWebPubSub> => {
  const host = options.host ?? DEFAULT_HOST
  let port = options.port ?? 0
  const context = createContext(options, () => originOf({ host, port }))
  const { clock, faults, meter, hubs } = context
  const server = options.tls === undefined ? createHttpServer() : createHttpsServer(options.tls)
  server.on('request', (request, response) => {
    if (!answerControl(context, request, response)) answerRest(context, request, response)
  })
  server.on('upgrade', createClientEndpoint(context))
  port = await listen(server, { host, port })
  startKeepAlive(context)
  const endpoint = `${context.secure ? 'https' : 'http'}://${authority(host, port)}`
  const connectionString = `Endpoint=${endpoint};AccessKey=${options.key ?? LOCAL_ACCESS_KEY};Version=1.0;`

  const stop = async (): Promise<void> => {
    clock.stop()
    faults.remove()
    for (const hub of hubs.all()) for (const connection of hub.connections.values()) connection.cut()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  }

  return {
    ready: { service: 'web-pubsub', port, connectionString },
    connectionString,
    port,
    clock,
    faults,
    meter,
    stop,
  }
}

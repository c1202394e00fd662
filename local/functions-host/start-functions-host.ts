import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { join } from 'node:path'
import { authority } from '../service/authority.ts'
import { createLocalClock } from '../service/clock.ts'
import { answerControl, type Controls } from '../service/control.ts'
import { createFaults } from '../service/faults.ts'
import { DEFAULT_HOST } from '../service/limits.ts'
import { listen } from '../service/listen.ts'
import { createMeter } from '../service/meter.ts'
import type { RunningService } from '../service/run.ts'
import type { HostFailure } from './host-failure.ts'
import { allowAll, createAuthorize, type Keys } from './http/authorize.ts'
import { answerText } from './http/exchange.ts'
import { createStaticFiles } from './http/static-files.ts'
import { createTunnel } from './http/tunnel.ts'
import { answerProcesses } from './http/answer-processes.ts'
import { KEEP_ALIVE_MS } from './limits.ts'
import { createLog, type Log, type LogLine } from './log.ts'
import { runApp, type RunningHost } from './run-app.ts'
import { readApp } from './settings/read-app.ts'
import { readHostSettings } from './settings/read-host-settings.ts'
import type { UpgradeTarget } from './settings/read-upgrade.ts'
import { mergeEnvironment, readLocalSettings, type LocalSettings } from './settings/read-local-settings.ts'
import type { Fleet, Layout } from './worker/fleet.ts'

export type FunctionsHostOptions = {
  /** The folder of the built app: package.json with `main`, host.json, the bundle. */
  app: string
  /** Default: `Host.LocalHttpPort` of the settings, then 7071; 0 takes a free one. */
  port?: number | undefined
  host?: string | undefined
  /** `single` (default): one app process. `flex`: HTTP in `http` processes, every other function in its own. */
  layout?: Layout | undefined
  http?: number | undefined
  /** A local.settings.json; default: the one in the app's folder, if any. */
  settings?: string | undefined
  /** A folder that is served under its own name. */
  static?: string | undefined
  /** A path whose WebSocket requests go to another service; by default none can be upgraded, as on Azure. */
  upgrade?: UpgradeTarget | undefined
  /** Where the status of timers is kept; without it a restart forgets when they ran. */
  data?: string | undefined
  /** Added to the app's environment; wins over everything. */
  env?: Record<string, string> | undefined
  /** Startup errors and whatever would hang on Azure are failures of the run. */
  strict?: boolean | undefined
  /** Check keys as Azure does. Keys by name: `master`, `default` or a function's name. */
  enableAuth?: boolean | undefined
  keys?: Keys | undefined
  tls?: { cert: Buffer; key: Buffer } | undefined
  onLog?: ((line: LogLine) => void) | undefined
}

export type FunctionsHost = RunningService & {
  url: string
  /** What would go wrong on Azure; filled in strict mode. */
  failures: readonly HostFailure[]
  controls: Controls
  processes: Fleet['processes']
  /** SIGKILL for one app process. */
  kill: Fleet['kill']
}

const DEFAULT_PORT = 7071

const prepare = (options: FunctionsHostOptions) => {
  const app = readApp(options.app)
  const settingsFile = options.settings ?? join(app.directory, 'local.settings.json')
  const local = readLocalSettings(settingsFile, options.settings !== undefined)
  const merged = mergeEnvironment(local, { ...process.env, ...options.env })
  return { app, local, ...merged, host: readHostSettings(app.directory, merged.env) }
}

/** What Azure Functions Core Tools add to the environment of an app. */
const hostEnvironment = (directory: string, address: string): Record<string, string> => ({
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  AzureWebJobsScriptRoot: directory,
  FUNCTIONS_CORETOOLS_ENVIRONMENT: 'true',
  FUNCTIONS_WORKER_RUNTIME: 'node',
  WEBSITE_HOSTNAME: address,
})

/** Logs what would go wrong on Azure; in strict mode it is kept as well. */
const createFail =
  (log: Log, failures: HostFailure[] | undefined) =>
  (failure: HostFailure): void => {
    const { reason, ...where } = failure
    log({ level: 'error', category: 'system', message: reason, ...where })
    failures?.push(failure)
  }

const warnOfOverridden = (log: Log, names: readonly string[]): void => {
  for (const name of names) {
    const message = `The setting ${name} of local.settings.json is overridden by the environment.`
    log({ level: 'warning', category: 'system', message })
  }
}

type Front = { url: string; address: string; port: number; show(running: RunningHost): void; close(): void }

/** Listens before the app is there: `/__local/` works at once, everything else is 503 until the app runs. */
const openFront = async (
  options: FunctionsHostOptions,
  controls: Controls,
  defaults: LocalSettings['Host'],
): Promise<Front> => {
  let running: RunningHost | undefined
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (running !== undefined && answerProcesses(running.fleet, request, response)) return
    if (answerControl(controls, request, response)) return
    if (running === undefined) answerText(response, 503, 'Function host is not running.')
    else running.handle(request, response)
  }
  const tunnel = options.upgrade && createTunnel(options.upgrade)
  const shouldUpgradeCallback = (request: IncomingMessage): boolean => tunnel?.takes(request) ?? false
  const server =
    options.tls === undefined
      ? createServer({ shouldUpgradeCallback }, handle)
      : createSecureServer({ ...options.tls, shouldUpgradeCallback }, handle)
  if (tunnel !== undefined) server.on('upgrade', tunnel.open)
  server.requestTimeout = 0
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const host = options.host ?? defaults.LocalHttpAddress ?? DEFAULT_HOST
  const port = await listen(server, { host, port: options.port ?? defaults.LocalHttpPort ?? DEFAULT_PORT })
  const address = authority(host, port)
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${address}`,
    address,
    port,
    show: (app) => {
      running = app
    },
    close: () => {
      server.close()
      server.closeAllConnections()
      tunnel?.close()
    },
  }
}

/**
 * Starts the host: loads the built app in processes of its own and runs its functions with Azure's semantics.
 * @throws UsageError when the app, a setting or an option is wrong; the error of `listen` when the port is taken.
 */
export const startFunctionsHost = async (options: FunctionsHostOptions): Promise<FunctionsHost> => {
  const { app, local, env, overridden, host: settings } = prepare(options)
  const controls: Controls = { clock: createLocalClock(), faults: createFaults(), meter: createMeter() }
  const log = createLog(options.onLog ?? (() => undefined), controls.clock.now)
  const failures: HostFailure[] = []
  const staticFiles = options.static === undefined ? undefined : await createStaticFiles(options.static)
  const front = await openFront(options, controls, local.Host)
  warnOfOverridden(log, overridden)
  const running = await runApp({
    app,
    env: { ...hostEnvironment(app.directory, front.address), ...env },
    settings,
    cors: { origins: local.Host.CORS, credentials: local.Host.CORSCredentials },
    authorize: options.enableAuth === true ? createAuthorize(options.keys ?? {}) : allowAll,
    layout: options.layout ?? 'single',
    http: options.http ?? 1,
    statusFile: options.data === undefined ? undefined : join(options.data, 'timers.json'),
    staticFiles,
    url: front.url,
    controls,
    log,
    fail: createFail(log, options.strict === true ? failures : undefined),
  }).catch((error: unknown) => {
    front.close()
    controls.clock.stop()
    throw error
  })
  front.show(running)
  return {
    ready: { service: 'functions-host', url: front.url, port: front.port },
    url: front.url,
    failures,
    controls,
    processes: running.fleet.processes,
    kill: running.fleet.kill,
    stop: async () => {
      front.close()
      await running.stop()
      controls.clock.stop()
    },
  }
}

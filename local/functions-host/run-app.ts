import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Controls } from '../service/control.ts'
import { UsageError } from '../service/run.ts'
import type { FunctionDefinition } from './functions/function-definition.ts'
import { indexFunctions, type FunctionIndex } from './functions/index-functions.ts'
import type { HostFailure } from './host-failure.ts'
import type { Authorize } from './http/authorize.ts'
import { readCors } from './http/cors.ts'
import { customHeaders } from './http/custom-headers.ts'
import { createGateway } from './http/gateway.ts'
import type { StaticFiles } from './http/static-files.ts'
import { createThrottle } from './http/throttle.ts'
import { createExecute } from './invocation/execute.ts'
import { createManualRun } from './invocation/run-manually.ts'
import type { Log } from './log.ts'
import { createRouteTable } from './routing/route-table.ts'
import { createOutputs } from './service-bus/send-outputs.ts'
import { startPumps } from './service-bus/start-pumps.ts'
import type { App } from './settings/read-app.ts'
import type { HostSettings } from './settings/read-host-settings.ts'
import { createSettings, type Settings } from './settings/resolve-setting.ts'
import { createStatusStore } from './timers/schedule-status.ts'
import { startTimers } from './timers/start-timers.ts'
import { startAppProcess } from './worker/app-process.ts'
import { createFleet, type Fleet, type Layout } from './worker/fleet.ts'
import type { FunctionMetadata } from './worker/protocol.ts'
import { supervise, type Supervised } from './worker/supervise.ts'

export type RunAppOptions = {
  app: App
  env: NodeJS.ProcessEnv
  settings: HostSettings
  cors: { origins: string | undefined; credentials: boolean }
  authorize: Authorize
  layout: Layout
  http: number
  statusFile: string | undefined
  staticFiles: StaticFiles | undefined
  url: string
  controls: Controls
  log: Log
  fail(failure: HostFailure): void
}

export type RunningHost = {
  fleet: Fleet
  handle(request: IncomingMessage, response: ServerResponse): void
  stop(): Promise<void>
}

const createLaunch =
  ({ app, env, controls, log }: RunAppOptions) =>
  (role: string, firstStartMustSucceed = false): Supervised =>
    supervise({
      role,
      clock: controls.clock,
      log,
      firstStartMustSucceed,
      start: () => startAppProcess({ role, ...app, env, log }),
    })

/** Starts the first process and learns what the app registered. */
const loadFunctions = async (first: Supervised): Promise<FunctionMetadata[]> => {
  const { app } = await first.ready().catch((error: unknown) => {
    throw new UsageError(
      `the app cannot be loaded. ${error instanceof Error ? error.message : String(error)}`,
    )
  })
  if (app.functions.length > 0) return app.functions
  await first.stop()
  throw new UsageError(
    'the app registered no function. Is @azure/functions-core external in the bundle, and does "main" import the registrations?',
  )
}

const ofKind = <Kind extends FunctionDefinition['kind']>(
  functions: readonly FunctionDefinition[],
  kind: Kind,
): Array<FunctionDefinition & { kind: Kind }> =>
  functions.filter(
    (definition): definition is FunctionDefinition & { kind: Kind } => definition.kind === kind,
  )

const startFleet = async (
  options: RunAppOptions,
): Promise<{ fleet: Fleet; registered: FunctionMetadata[]; index: FunctionIndex; settings: Settings }> => {
  const launch = createLaunch(options)
  const settings = createSettings(options.env)
  const first = launch(options.layout === 'single' ? 'app' : 'http-0', true)
  const registered = await loadFunctions(first)
  const index = indexFunctions(registered, {
    routePrefix: options.settings.extensions.http.routePrefix,
    settings,
  })
  const { layout, http } = options
  const fleet = createFleet({ layout, http, functions: index.functions, first, launch })
  try {
    await fleet.ready()
  } catch (error) {
    await fleet.stop()
    throw error
  }
  return { fleet, registered, index, settings }
}

type Loaded = Awaited<ReturnType<typeof startFleet>>

/** Starts what calls functions by itself: timers and Service Bus listeners. */
const startTriggers = async ({ controls, log, statusFile, settings: host }: RunAppOptions, app: Loaded) => {
  const { fleet, index, settings } = app
  const outputs = createOutputs(settings)
  const bindings = new Map(index.functions.map((definition) => [definition.name, definition.outputs]))
  const execute = createExecute({
    controls,
    functionTimeoutMs: host.functionTimeout,
    log,
    sendOutputs: (functionName, result) => outputs.send(bindings.get(functionName) ?? [], result),
  })
  const shared = { controls, fleet, execute, settings, log }
  const timers = startTimers(
    { ...shared, store: createStatusStore(statusFile) },
    ofKind(index.functions, 'timer'),
  )
  const { serviceBus } = host.extensions
  const pumps = await startPumps({ ...shared, serviceBus }, ofKind(index.functions, 'serviceBus'))
  return {
    execute,
    runManually: createManualRun({ ...shared, timers }, index.functions),
    errors: [...index.errors, ...timers.errors, ...pumps.errors],
    stop: async () => {
      await Promise.all([timers.stop(), pumps.stop()])
      await Promise.all([fleet.stop(), outputs.close()])
    },
  }
}

/** Runs a loaded app: its HTTP functions behind the gateway, its timers and its Service Bus listeners. */
export const runApp = async (options: RunAppOptions): Promise<RunningHost> => {
  const { controls, log, fail, authorize } = options
  const { http } = options.settings.extensions
  const loaded = await startFleet(options)
  const { fleet, registered, index, settings } = loaded
  const { execute, runManually, errors, stop } = await startTriggers(options, loaded)
  for (const { functionName, reason } of errors) {
    fail({ functionName, reason: `The '${functionName}' function is in error: ${reason}` })
  }
  const warmup = async (): Promise<void> => {
    for (const { name } of ofKind(index.functions, 'warmup')) await runManually(name, '')
  }
  const handle = createGateway({
    services: { controls, fleet, execute, fail, customHeaders: customHeaders(http) },
    admin: {
      authorize,
      index: { ...index, errors },
      registered,
      baseUrl: options.url,
      startedAt: performance.now(),
      runManually: (name, input) => runManually(name, input) !== undefined,
      /** Flex Consumption has none. */
      warmup: options.layout === 'flex' ? undefined : warmup,
    },
    routes: createRouteTable(index.routes),
    functions: new Map(ofKind(index.functions, 'http').map((definition) => [definition.name, definition])),
    authorize,
    cors: readCors(options.cors.origins, options.cors.credentials),
    throttle: createThrottle({
      concurrent: http.maxConcurrentRequests,
      outstanding: http.maxOutstandingRequests,
    }),
    staticFiles: options.staticFiles,
    homepage: !/^true$/i.test(settings.get('AzureWebJobsDisableHomepage') ?? ''),
    log,
    secure: options.url.startsWith('https:'),
  })
  return { fleet, handle, stop }
}

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { bundle } from '../build/bundle.ts'
import { type Broker, findBroker } from './cloud/find-broker.ts'
import { formatLine } from './cloud/format-line.ts'
import { joinBroker } from './cloud/join-broker.ts'
import { type CloudOptions, DEFAULT_ID } from './cloud/options.ts'
import { defaultPorts, portsFrom } from './cloud/ports.ts'
import { printAddresses } from './cloud/print-addresses.ts'
import { startCloud, type Cloud } from './cloud/start-cloud.ts'
import { loadProxy } from '../shared/kernel/config/load-proxy.ts'
import { readSettingsFile } from '../shared/kernel/config/read-settings-file.ts'
import { readOptions } from './service/read-options.ts'
import { UsageError } from './service/run.ts'

const ROOT = resolve(import.meta.dirname, '..')
const DEFAULT_DATA = '.local'

/** Six ports follow the base (`local/cloud/ports.ts`). */
const MAX_PORT_BASE = 65_530

const Options = z.object({
  /** 0: free ports. */
  portBase: z.coerce.number().int().min(0).max(MAX_PORT_BASE).optional(),
  data: z.string().default(DEFAULT_DATA),
  workspace: z.string().optional(),
  id: z.string().optional(),
  /** Data folder of the deployment whose broker and secret key are used. */
  join: z.string().optional(),
  serviceBus: z.string().optional(),
  serviceBusManagement: z.url().optional(),
  layout: z.enum(['single', 'flex']).default('single'),
  watch: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

const Port = z.coerce.number().int().min(0).max(65_535).optional()

/** A variable of the shell; an empty one is none. */
const readVariable = (name: string): string | undefined => process.env[name] || undefined

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const describe = (error: unknown): string => (error instanceof UsageError ? error.message : String(error))

/** What the workspace, and `--id`, say of the deployment. */
const readDeployment = ({ workspace, id, join: joined }: Options): Pick<CloudOptions, 'id' | 'role'> => {
  const folder = workspace ?? join(ROOT, 'workspace')
  const proxy = loadProxy(readSettingsFile(join(folder, 'proxy-config.yaml'), process.env), process.env)
  const name = id ?? proxy.id
  if (joined !== undefined && name === DEFAULT_ID) {
    throw new UsageError('--join: deployments on one broker need different names. Give this one --id NAME.')
  }
  return { id: name, role: proxy.role }
}

/** The broker that the options name, if any. */
const readBroker = (options: Options): Broker | undefined => {
  const { join: joined, serviceBus: connectionString, serviceBusManagement: managementUrl } = options
  if (joined === undefined)
    return connectionString === undefined
      ? undefined
      : findBroker({ connectionString, managementUrl }, DEFAULT_DATA)
  if (connectionString === undefined) return joinBroker(joined)
  throw new UsageError('--join and --service-bus name a broker each. Use one of them.')
}

const cloudOptions = (options: Options): CloudOptions => {
  const { data, workspace, watch, layout } = options
  if (workspace !== undefined && !existsSync(workspace)) {
    throw new UsageError(`--workspace: there is no folder ${workspace}.`)
  }
  const ports = options.portBase === undefined ? defaultPorts : portsFrom(options.portBase)
  const gatewayPort = Port.safeParse(readVariable('GATEWAY_PORT'))
  if (!gatewayPort.success) throw new UsageError('GATEWAY_PORT must be a port number between 0 and 65535.')
  const examples = join(ROOT, 'examples')
  const folder = readVariable('AGENT_GATEWAY_WORKSPACE') ?? resolve(workspace ?? join(ROOT, 'workspace'))
  return {
    app: async () => {
      const app = join(data, 'app')
      await bundle({ outDir: app, workspace, watch: watch ? restartApp : undefined })
      return app
    },
    data,
    ...readDeployment(options),
    layout,
    ports: { ...ports, gateway: gatewayPort.data ?? ports.gateway },
    host: readVariable('GATEWAY_HOST'),
    static: existsSync(examples) ? examples : undefined,
    serviceBus: readBroker(options),
    keyFolder: options.join,
    // Not the copy in the app: a refresh reads what was changed meanwhile, and problems name the file to correct.
    env: { AGENT_GATEWAY_WORKSPACE: folder },
    onLine: (line) => say(formatLine(line)),
    onGiveUp: (reason) => {
      process.stderr.write(`start: ${reason}\n`)
      stop(1)
    },
  }
}

let cloud: Cloud | undefined

/** Ends everything in order. During the start there is no order yet: services end with this process. */
const stop = (code: number): void => {
  process.exitCode = code
  void Promise.resolve(cloud?.stop()).finally(() => process.exit())
}

/** Starts the rebuilt app, one rebuild after the other; when it does not start, the next rebuild is waited for. */
let restarted = Promise.resolve()
const restartApp = (succeeded: boolean): void => {
  if (!succeeded) return
  restarted = restarted
    .then(async () => {
      await cloud?.app.stop()
      await cloud?.app.start()
      say('Rebuilt: the app runs again.')
    })
    .catch((error: unknown) => say(`Rebuilt, but the app does not start: ${describe(error)}`))
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(0))

try {
  const options = readOptions(Options, process.argv.slice(2))
  const wanted = cloudOptions(options)
  cloud = await startCloud(wanted)
  say(printAddresses(cloud.endpoints, wanted))
} catch (error) {
  process.stderr.write(`start: ${describe(error)}\n`)
  process.exit(1)
}

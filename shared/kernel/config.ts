import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkSettings } from './config/check-settings.ts'
import { chooseParts } from './config/choose-parts.ts'
import { type Connections, type Environment, resolveConnections } from './config/connections.ts'
import { keepChecks } from './config/keep-checks.ts'
import { loadProxy, type Proxy } from './config/load-proxy.ts'
import { isContainer, mergeSettings, type Path, readAt, writeAt } from './config/paths.ts'
import type { Problem } from './config/problem.ts'
import { type Override, readOverrides } from './config/read-overrides.ts'
import { readSettingsFile, type SettingsFile } from './config/read-settings-file.ts'
import { readPreviousKeys, resolveSecretKey } from './config/secret-key.ts'
import type { Part } from './config/server-settings.ts'
import { Settings } from './config/settings.ts'

/**
 * The configuration of a running gateway: every key of gateway.yaml, and what only the environment says.
 * A problem does not stop the gateway: the default holds, or using the missing thing answers 503.
 */
export type Config = Settings & {
  /** `development` on a machine of one's own, where no key is needed (`AZURE_FUNCTIONS_ENVIRONMENT=Development`). */
  environment: 'development' | 'production'
  /** The parts of the gateway that this app runs. */
  parts: readonly Part[]
  /** The folder of gateway.yaml, agents, tools and skills. */
  workspace: string
  proxy: Proxy
  connections: Connections
  /** Reads a YAML file of the workspace as it is now, with `${VAR}` expanded; one that is not there is empty. */
  readFile(name: string): SettingsFile
  /** The secret that signs tickets. @throws GatewayError 503 when AGENT_GATEWAY_SECRET_KEY is missing or too short. */
  secretKey(): string
  /** That secret, then earlier ones whose seals still open (AGENT_GATEWAY_SECRET_KEY_PREVIOUS). @throws the same. */
  secretKeys(): string[]
  /** Whether a secret that everyone knows stands in, as on a machine of one's own. */
  usesDevelopmentSecret: boolean
  problems: readonly Problem[]
}

/** Settings as code gives them: any part of gateway.yaml. */
export type SettingsOverrides = { [Section in keyof Settings]?: Partial<Settings[Section]> }

export type LoadOptions = {
  /** Default: the environment of the process. */
  env?: Environment
  /** The folder of the deployed app; default: where the Functions host says it is, else the working directory. */
  appDirectory?: string
  /** Wins over everything. */
  overrides?: SettingsOverrides
}

const locateIn =
  (inFile: (path: Path) => string, overrides: readonly Override[], code: SettingsOverrides) =>
  (path: Path): string => {
    const [section = '', key = ''] = path
    const ofSection = Object.entries(code).find(([name]) => name === section)?.[1]
    if (isContainer(ofSection) && key in ofSection) return 'given in code'
    const isPartOf = (override: Override): boolean =>
      override.path.every((part, index) => path[index] === part)
    return overrides.findLast(isPartOf)?.variable ?? inFile(path)
  }

const missingWorkspace = (named: string | undefined, workspace: string): Problem[] =>
  named && !existsSync(workspace)
    ? [
        {
          setting: 'AGENT_GATEWAY_WORKSPACE',
          message: `AGENT_GATEWAY_WORKSPACE names a folder that is not there: ${workspace}.`,
          remedy: 'Create it, or correct the variable (a relative path starts at the folder of the app).',
        },
      ]
    : []

/**
 * Loads the configuration: defaults, under workspace/gateway.yaml, under `AGENT_GATEWAY_A__B`, under code.
 * Never throws for what a deployment got wrong: see `problems`.
 */
export const loadConfig = (options: LoadOptions = {}): Config => {
  const env = options.env ?? process.env
  const appDirectory = options.appDirectory ?? env.AzureWebJobsScriptRoot ?? process.cwd()
  const workspace = resolve(appDirectory, env.AGENT_GATEWAY_WORKSPACE || 'workspace')
  const isDevelopment = env.AZURE_FUNCTIONS_ENVIRONMENT?.toLowerCase() === 'development'
  const code = options.overrides ?? {}

  const readFile = (name: string): SettingsFile => readSettingsFile(join(workspace, name), env)
  const file = readFile('gateway.yaml')
  const proxyFile = readFile('proxy-config.yaml')
  const proxy = loadProxy(proxyFile, env)
  const fromEnv = readOverrides(env)
  const merged = file.value
  for (const { path, value } of fromEnv.overrides) writeAt(merged, path, value)
  const locateInFiles = (path: Path): string =>
    readAt(merged, path) === undefined && readAt(proxy.layer, path) !== undefined
      ? proxyFile.locate([])
      : file.locate(file.toOriginal(path))
  const locate = locateIn(locateInFiles, fromEnv.overrides, code)
  const written = mergeSettings(mergeSettings(proxy.layer, merged), code)
  const checked = checkSettings(Settings, written, { locate, guide: 'docs/guides/configuration.md' })
  const kept = keepChecks(checked.settings, { isDevelopment, locate })
  const { settings } = kept
  const chosen = chooseParts(settings, { written, locate })
  const connected = resolveConnections(env, {
    storage: settings.storage.accounts.flat(),
    serviceBus: settings.service_bus.namespaces,
  })
  const secret = resolveSecretKey(env.AGENT_GATEWAY_SECRET_KEY, isDevelopment)
  const previous = readPreviousKeys(env.AGENT_GATEWAY_SECRET_KEY_PREVIOUS)
  return {
    ...settings,
    environment: isDevelopment ? 'development' : 'production',
    parts: chosen.parts,
    workspace,
    proxy: { id: settings.a2a.proxy_id ?? proxy.id, role: proxy.role },
    connections: connected.connections,
    readFile,
    secretKey: secret.read,
    secretKeys: () => [secret.read(), ...previous.keys],
    usesDevelopmentSecret: secret.isForDevelopment,
    problems: [
      ...missingWorkspace(env.AGENT_GATEWAY_WORKSPACE, workspace),
      ...file.problems,
      ...fromEnv.problems,
      ...checked.problems,
      ...kept.problems,
      ...chosen.problems,
      ...connected.problems,
      ...secret.problems,
      ...previous.problems,
      ...proxy.problems,
      ...(settings.a2a.proxy_id === undefined ? proxy.problemsOfId : []),
      ...proxy.compare({
        publicUrl: settings.server.public_url,
        serviceBus: () => connected.connections.serviceBus(settings.service_bus.namespaces[0] ?? ''),
      }),
    ],
  }
}

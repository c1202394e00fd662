import { resolve } from 'node:path'
import { loadConfig, type Config } from '../../../shared/kernel/config.ts'
import { readOverrides } from '../../../shared/kernel/config/read-overrides.ts'
import { readByPlatform } from './platform-settings.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** App settings by name. */
export type AppSettings = Readonly<Record<string, string>>

export type ReadSettings = {
  config: Config
  /** Settings that nobody reads: neither the app nor the Functions host. */
  unknown: string[]
}

/**
 * What the app makes of app settings. Which of them it reads is observed: those that it asks for by name, while it looks
 * through all others for keys of gateway.yaml.
 */
export const readSettings = (settings: AppSettings): ReadSettings => {
  // An empty text is none for some keys; what matters here is that there is such a key.
  const filled = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value || '1']))
  const asKeys = new Set(readOverrides(filled).overrides.map(({ variable }) => variable))
  const asked = new Set<string>()
  const observed: Record<string, string> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (asKeys.has(name)) observed[name] = value
    else Object.defineProperty(observed, name, { get: () => asked.add(name) && value })
  }
  loadConfig({ env: observed, appDirectory: ROOT })
  const config = loadConfig({ env: settings, appDirectory: ROOT })
  const connections = [...config.storage.accounts.flat(), ...config.service_bus.namespaces]
  const isKnown = (name: string): boolean =>
    asKeys.has(name) || asked.has(name) || readByPlatform(name, connections)
  return { config, unknown: Object.keys(settings).filter((name) => !isKnown(name)) }
}

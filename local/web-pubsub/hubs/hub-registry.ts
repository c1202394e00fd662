import { type HubSettings, HubSettings as Settings, type WebPubSubConfig } from '../config.ts'
import { HUB_NAME } from '../limits.ts'
import type { Connection } from './connection.ts'
import { Hub } from './hub.ts'

export type HubRegistry = {
  /** The hub of that name, in any case; undefined when the name cannot be a hub's. */
  find(name: string): Hub | undefined
  settings(hub: string): HubSettings
  all(): Iterable<Hub>
}

const defaults = Settings.parse({})

/** Hubs come into being when they are first used, as on Azure; those of the configuration have settings. */
export const createHubRegistry = (options: {
  config: WebPubSubConfig
  onEnded: (client: { hub: Hub; connection: Connection }, reason: string) => void
}): HubRegistry => {
  const hubs = new Map<string, Hub>()
  const configured = new Map(
    Object.entries(options.config.hubs).map(([name, settings]) => [name.toLowerCase(), { name, settings }]),
  )
  return {
    find: (name) => {
      const key = name.toLowerCase()
      const found = hubs.get(key)
      if (found !== undefined || !HUB_NAME.test(name)) return found
      const hub = new Hub({ name: configured.get(key)?.name ?? name, onEnded: options.onEnded })
      hubs.set(key, hub)
      return hub
    },
    settings: (hub) => configured.get(hub.toLowerCase())?.settings ?? defaults,
    all: () => hubs.values(),
  }
}

import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { UsageError } from '../service/run.ts'
import { EVENT_NAME, HUB_NAME, KEEP_ALIVE_MAX_SECONDS, KEEP_ALIVE_MIN_SECONDS } from './limits.ts'
import { ServiceIdentity } from './tokens/identity.ts'

const isUrlTemplate = (template: string): boolean => {
  const host = /^https?:\/\/([^/?#]+)/i.exec(template)?.[1]
  if (host === undefined || host.includes('{')) return false
  return URL.canParse(template.replaceAll('{hub}', 'hub').replaceAll('{event}', 'event'))
}

const isUserEventPattern = (pattern: string): boolean =>
  pattern === '*' || pattern.split(',').every((name) => name.trim() === '' || EVENT_NAME.test(name.trim()))

/** Where the events of a hub go. The names are those of the Azure resource `webPubSub/hubs`. */
export const EventHandler = z.strictObject({
  urlTemplate: z
    .string()
    .refine(
      isUrlTemplate,
      'must be an http(s) URL; {hub} and {event} may stand in path and query, not in the host',
    ),
  userEventPattern: z
    .string()
    .refine(isUserEventPattern, "must be '*' or event names with commas between")
    .default(''),
  systemEvents: z.array(z.enum(['connect', 'connected', 'disconnected'])).default([]),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('None') }),
      z.strictObject({
        type: z.literal('ManagedIdentity'),
        managedIdentity: z.strictObject({ resource: z.string().min(1) }),
      }),
    ])
    .optional(),
})
export type EventHandler = z.infer<typeof EventHandler>

export const HubSettings = z.strictObject({
  eventHandlers: z.array(EventHandler).default([]),
  anonymousConnectPolicy: z
    .string()
    .transform((policy) => policy.toLowerCase())
    .pipe(z.enum(['allow', 'deny'], "must be 'allow' or 'deny'"))
    .default('deny'),
  webSocketKeepAliveIntervalInSeconds: z
    .int()
    .min(KEEP_ALIVE_MIN_SECONDS)
    .max(KEEP_ALIVE_MAX_SECONDS)
    .optional(),
})
export type HubSettings = z.infer<typeof HubSettings>

const wantsIdentity = (hubs: Readonly<Record<string, HubSettings>>): boolean =>
  Object.values(hubs).some(({ eventHandlers }) =>
    eventHandlers.some(({ auth }) => auth?.type === 'ManagedIdentity'),
  )

/** Hubs that are not listed exist too, without event handler and without anonymous clients. */
export const WebPubSubConfig = z
  .strictObject({
    hubs: z
      .record(
        z.string().regex(HUB_NAME, 'is not a hub name: a letter first, then letters, digits, _ ` , . [ ]'),
        HubSettings,
      )
      .default({}),
    /** Whose tokens event handlers with `auth` ManagedIdentity get. */
    identity: ServiceIdentity.optional(),
  })
  .refine(({ hubs, identity }) => identity !== undefined || !wantsIdentity(hubs), {
    path: ['identity'],
    message:
      'is missing, and an event handler has auth ManagedIdentity: the local service has no identity of its own',
  })
export type WebPubSubConfig = z.infer<typeof WebPubSubConfig>
/** The settings as they are written, where most have a default. */
export type WebPubSubConfigFile = z.input<typeof WebPubSubConfig>

const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')

/** What is wrong; zod keeps the reason why a key is refused inside its issue. */
const reasonOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join(', ') : issue.message

/**
 * Checks the hubs' settings.
 * @param source names where they come from, for the error.
 * @throws UsageError that names source, key and what is wrong.
 */
export const parseConfig = (value: unknown, source: string): WebPubSubConfig => {
  const parsed = WebPubSubConfig.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(
    (issue) => `${pathOf(issue.path) || 'the whole'}: ${reasonOf(issue)}`,
  )
  throw new UsageError(`${source}: ${issues.join('; ')}`)
}

/** Reads the settings from a JSON file. */
export const readConfig = (path: string): WebPubSubConfig => {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return parseConfig(value, path)
}

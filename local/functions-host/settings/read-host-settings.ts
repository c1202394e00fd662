import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { UsageError } from '../../service/run.ts'
import { DEFAULT_FUNCTION_TIMEOUT_MS, MAX_BATCH_WAIT_MS } from '../limits.ts'
import { parseTimeSpan } from './parse-time-span.ts'

const OVERRIDE = /^AzureFunctionsJobHost__(.+)$/i

const timeSpan = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: `"${text}" is no TimeSpan such as 00:05:00` })
  return z.NEVER
})
/** `-1` is unbounded. */
const timeout = z
  .string()
  .transform((text) => (text === '-1' ? '-00:00:00.001' : text))
  .pipe(timeSpan)
  .transform((ms) => (ms < 0 ? Infinity : ms))
const count = z.coerce.number().int().min(0)
/** Environment overrides arrive as text. */
const flag = z.union([z.boolean(), z.stringbool()])

const Http = z.object({
  routePrefix: z.string().default('api'),
  customHeaders: z.record(z.string(), z.string()).default({}),
  maxConcurrentRequests: z.coerce.number().int().default(-1),
  maxOutstandingRequests: z.coerce.number().int().default(-1),
  hsts: z
    .object({
      isEnabled: flag.default(false),
      maxAge: timeSpan.default(30 * 24 * 3_600_000),
      includeSubDomains: flag.default(false),
      preload: flag.default(false),
    })
    .prefault({}),
})

const ServiceBus = z.object({
  prefetchCount: count.default(0),
  autoCompleteMessages: flag.default(true),
  maxAutoLockRenewalDuration: timeSpan.default(5 * 60_000),
  maxConcurrentCalls: count.min(1).default(16 * availableParallelism()),
  maxConcurrentSessions: count.min(1).default(8),
  maxConcurrentCallsPerSession: count.min(1).default(1),
  maxMessageBatchSize: count.min(1).default(1000),
  minMessageBatchSize: count.min(1).default(1),
  maxBatchWaitTime: timeSpan.refine((ms) => ms <= MAX_BATCH_WAIT_MS, 'at most 00:02:30').default(30_000),
  sessionIdleTimeout: timeSpan.default(60_000),
})
export type ServiceBusSettings = z.infer<typeof ServiceBus>

/** What this host reads of host.json; everything else in the file is left alone. */
const HostSettings = z.object({
  version: z.literal('2.0'),
  functionTimeout: timeout.default(DEFAULT_FUNCTION_TIMEOUT_MS),
  extensions: z.object({ http: Http.prefault({}), serviceBus: ServiceBus.prefault({}) }).prefault({}),
})
export type HostSettings = z.infer<typeof HostSettings>

type Json = { [key: string]: unknown }

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const keyLike = (object: Json, name: string): string =>
  Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name

/** Returns `json` with the value at `path` replaced; keys match in any case, as .NET configuration does. */
const override = (json: Json, [first, ...rest]: string[], value: string): Json => {
  if (first === undefined) return json
  const key = keyLike(json, first)
  const inner = json[key]
  return {
    ...json,
    [key]: rest.length === 0 ? value : override(isObject(inner) ? inner : {}, rest, value),
  }
}

/** Applies every `AzureFunctionsJobHost__a__b` of the environment to the content of host.json. */
export const applyOverrides = (json: Json, env: NodeJS.ProcessEnv): Json =>
  Object.entries(env).reduce((result, [name, value]) => {
    const path = OVERRIDE.exec(name)?.[1]?.split('__')
    return path === undefined || value === undefined ? result : override(result, path, value)
  }, json)

/**
 * Reads host.json of the app with the overrides of its environment.
 * @throws UsageError naming the file and what is wrong in it.
 */
export const readHostSettings = (directory: string, env: NodeJS.ProcessEnv): HostSettings => {
  const path = join(directory, 'host.json')
  if (!existsSync(path)) {
    throw new UsageError(`${path} is missing. The app folder needs a host.json, at least {"version": "2.0"}.`)
  }
  try {
    return HostSettings.parse(applyOverrides(JSON.parse(readFileSync(path, 'utf8')), env))
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw new UsageError(`${path} is no valid JSON: ${String(error)}`)
    const issues = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new UsageError(`${path} is wrong. ${issues.join('; ')}`)
  }
}

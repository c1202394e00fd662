import * as z from 'zod'
import { ProxyId } from '../../contract/agents/proxy-id.ts'
import { checkSettings } from './check-settings.ts'
import { mergeSettings } from './paths.ts'
import type { Problem } from './problem.ts'
import type { SettingsFile } from './read-settings-file.ts'
import type { ToOriginal } from './remove-broken.ts'

export const ProxyRole = z.enum(['coordinator', 'follower'], 'must be "coordinator" or "follower"')
export type ProxyRole = z.infer<typeof ProxyRole>

const units: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMG]?B)$/i

/** Bytes, as a number or as a text such as "1MB" or "10 MB" (1024 × 1024). */
const Size = z.union(
  [
    z.int().positive(),
    z
      .string()
      .regex(SIZE)
      .transform((text) => {
        const [, amount = '', unit = ''] = SIZE.exec(text) ?? []
        return Math.round(Number(amount) * (units[unit.toUpperCase()] ?? 1))
      })
      .pipe(z.int().positive()),
  ],
  'must be a number of bytes, or a size such as "10 MB"',
)

const Count = z.int('must be a whole number').positive('must be 1 or more')

/** Names of levels as others have them, too. */
const LogLevel = z
  .string()
  .transform((level) => level.toLowerCase())
  .transform((level) => ({ warning: 'warn', critical: 'error' })[level] ?? level)
  .pipe(z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'))

const Name = z.string().min(1, 'must not be empty')

/** workspace/proxy-config.yaml, in the seed's keys. What is left out has the default of gateway.yaml. */
const ProxyConfig = z.strictObject({
  proxy: z
    .strictObject({
      id: ProxyId.optional(),
      role: ProxyRole.default('coordinator'),
      port: z.int().min(1).max(65_535).optional(),
    })
    .prefault({}),
  servicebus: z.strictObject({ namespace: Name.optional(), connectionString: Name.optional() }).prefault({}),
  hostedAgents: z.record(z.string(), z.array(Name)).optional(),
  subscriptions: z.array(z.strictObject({ group: Name, filter: Name })).default([]),
  limits: z
    .strictObject({
      maxConcurrentStreams: Count.optional(),
      maxMessageSize: Size.optional(),
      streamBufferSize: Size.optional(),
      queueDepthThreshold: Count.optional(),
    })
    .prefault({}),
  monitoring: z.strictObject({ logLevel: LogLevel.optional() }).prefault({}),
})
export type ProxyConfig = z.infer<typeof ProxyConfig>

/** Checks a parsed proxy-config.yaml; what is wrong in it is left out. `toOriginal` says where the rest is written. */
export const checkProxyConfig = (
  file: SettingsFile,
): { proxy: ProxyConfig; problems: Problem[]; toOriginal: ToOriginal } => {
  const { settings, problems, toOriginal } = checkSettings(ProxyConfig, mergeSettings({}, file.value), {
    ...file,
    guide: 'docs/guides/agents.md',
  })
  return { proxy: settings, problems: [...file.problems, ...problems], toOriginal }
}

import * as z from 'zod'
import { A2aSettings } from './a2a-settings.ts'
import { AuthSettings } from './auth-settings.ts'
import { CorsSettings } from './cors-settings.ts'
import { EgressSettings } from './egress-settings.ts'
import { SecuritySettings } from './security-settings.ts'
import { ServerSettings } from './server-settings.ts'
import { SignalingSettings } from './signaling-settings.ts'
import { StreamsSettings } from './streams-settings.ts'

/**
 * The name of a connection: an app setting, or the prefix of a section "NAME__…". A name that cannot be one is kept:
 * it is not set, so using it is a 503, while the others keep their places in the list.
 */
const ConnectionName = z.string()

const Generation = z.union([ConnectionName.transform((name) => [name]), z.array(ConnectionName).min(1)])

const ServiceBusSettings = z.strictObject({
  /** Connection names of the namespaces from which agent events are read. */
  namespaces: z.array(ConnectionName).min(1).default(['AZURE_SERVICE_BUS_CONNECTION_STRING']),
  topic: z.string().min(1).default('agent-events'),
  subscription: z.string().min(1).default('gateway'),
  /** What the names of this deployment's queues end in, where another one on the same namespace has the plain names. */
  queue_suffix: z.string().max(50).default(''),
})

const StorageSettings = z.strictObject({
  /**
   * Connection names of the storage accounts, one generation after the other; a generation is one name or a list
   * among which streams are spread. Only ever append: what was written stays where it is.
   */
  accounts: z
    .array(Generation)
    .min(1)
    .default([['AzureWebJobsStorage']]),
})

const HealthSettings = z.strictObject({
  /** Seconds for which the answer of a probe is remembered. */
  cache_seconds: z.number().min(0).max(300).default(5),
  /** Seconds after which a probe that does not answer counts as down. */
  timeout_seconds: z.number().positive().max(60).default(3),
})

const LogSettings = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

/** Everything that workspace/gateway.yaml can say, with its defaults. */
export const Settings = z.strictObject({
  server: ServerSettings.prefault({}),
  streams: StreamsSettings.prefault({}),
  cors: CorsSettings.prefault({}),
  security: SecuritySettings.prefault({}),
  auth: AuthSettings.prefault({}),
  service_bus: ServiceBusSettings.prefault({}),
  storage: StorageSettings.prefault({}),
  health: HealthSettings.prefault({}),
  a2a: A2aSettings.prefault({}),
  signaling: SignalingSettings.prefault({}),
  egress: EgressSettings.prefault({}),
  log: LogSettings.prefault({}),
})
export type Settings = z.infer<typeof Settings>

import type { Settings } from '../settings/resolve-setting.ts'
import type { Binding, FunctionMetadata, RetryOptions } from '../worker/protocol.ts'

export type AuthLevel = 'anonymous' | 'function' | 'admin'

type Definition = {
  name: string
  trigger: Binding
  /** Service Bus output bindings. */
  outputs: Binding[]
  retryOptions?: RetryOptions
}

export type HttpFunction = Definition & {
  kind: 'http'
  methods: string[]
  route: string
  authLevel: AuthLevel
}
export type TimerFunction = Definition & {
  kind: 'timer'
  schedule: string
  runOnStartup: boolean
  useMonitor: boolean
}
export type ServiceBusFunction = Definition & {
  kind: 'serviceBus'
  connection: string
  entity: { queue: string } | { topic: string; subscription: string }
  sessions: boolean
  many: boolean
  autoComplete: boolean | undefined
  dataType: 'string' | 'binary'
}
export type WarmupFunction = Definition & { kind: 'warmup' }

/** A function of the app as this host runs it. */
export type FunctionDefinition = HttpFunction | TimerFunction | ServiceBusFunction | WarmupFunction

const text = (binding: Binding, name: string): string | undefined => {
  const value = binding[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const readAuthLevel = (binding: Binding): AuthLevel => {
  const level = text(binding, 'authLevel')?.toLowerCase()
  return level === 'anonymous' || level === 'admin' ? level : 'function'
}

const readHttp = (base: Definition): HttpFunction => {
  const methods = base.trigger['methods']
  return {
    ...base,
    kind: 'http',
    methods: (Array.isArray(methods) ? methods : ['GET', 'POST']).map((method) =>
      String(method).toUpperCase(),
    ),
    route: text(base.trigger, 'route') ?? base.name,
    authLevel: readAuthLevel(base.trigger),
  }
}

const required = (base: Definition, name: string): string => {
  const value = text(base.trigger, name)
  if (value === undefined) throw new Error(`its trigger lacks "${name}"`)
  return value
}

const readServiceBus = (base: Definition): ServiceBusFunction => {
  const { trigger } = base
  const queue = text(trigger, 'queueName')
  const dataType = text(trigger, 'dataType')?.toLowerCase()
  const autoComplete = trigger['autoCompleteMessages']
  return {
    ...base,
    kind: 'serviceBus',
    connection: text(trigger, 'connection') ?? 'ServiceBus',
    entity:
      queue === undefined
        ? { topic: required(base, 'topicName'), subscription: required(base, 'subscriptionName') }
        : { queue },
    sessions: trigger['isSessionsEnabled'] === true,
    many: text(trigger, 'cardinality')?.toLowerCase() === 'many',
    autoComplete: typeof autoComplete === 'boolean' ? autoComplete : undefined,
    dataType: dataType === 'binary' || dataType === 'stream' ? 'binary' : 'string',
  }
}

/** Output bindings beside the HTTP response. What this host cannot send must not be dropped silently. */
const readOutputs = (bindings: readonly Binding[]): Binding[] => {
  const outputs = bindings.filter(
    ({ direction, type }) => direction === 'out' && type.toLowerCase() !== 'http',
  )
  const foreign = outputs.find(({ type }) => type.toLowerCase() !== 'servicebus')
  if (foreign !== undefined) {
    throw new Error(`this host has no output binding ${foreign.type}; send with the SDK, or test it on Azure`)
  }
  return outputs
}

/**
 * Reads what the app registered.
 * @throws Error saying why this host cannot run the function.
 */
export const readFunction = (metadata: FunctionMetadata): FunctionDefinition => {
  const trigger = metadata.bindings.find(({ type }) => /trigger$/i.test(type))
  if (trigger === undefined) throw new Error('it has no trigger')
  const inputs = metadata.bindings.filter((binding) => binding !== trigger && binding.direction === 'in')
  if (inputs[0] !== undefined) {
    throw new Error(
      `this host has no input binding ${inputs[0].type}; read with the SDK, or test it on Azure`,
    )
  }
  const { name, bindings, retryOptions } = metadata
  const base: Definition = {
    name,
    trigger,
    outputs: readOutputs(bindings),
    ...(retryOptions === undefined ? {} : { retryOptions }),
  }
  switch (trigger.type.toLowerCase()) {
    case 'httptrigger':
      return readHttp(base)
    case 'timertrigger':
      return {
        ...base,
        kind: 'timer',
        schedule: required(base, 'schedule'),
        runOnStartup: trigger['runOnStartup'] === true,
        useMonitor: trigger['useMonitor'] !== false,
      }
    case 'servicebustrigger':
      return readServiceBus(base)
    case 'warmuptrigger':
      return { ...base, kind: 'warmup' }
    default:
      throw new Error(
        `this host runs HTTP, timer, Service Bus and warmup triggers, not ${trigger.type}; test it on Azure`,
      )
  }
}

/** `AzureWebJobs.<function>.Disabled`, also with underscores where an environment takes no dots. */
export const isDisabled = (settings: Settings, name: string): boolean => {
  const value = settings.get(`AzureWebJobs.${name}.Disabled`) ?? settings.get(`AzureWebJobs_${name}_Disabled`)
  return value !== undefined && /^(true|1)$/i.test(value.trim())
}

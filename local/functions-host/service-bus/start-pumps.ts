import { randomUUID } from 'node:crypto'
import type { Controls } from '../../service/control.ts'
import type { ServiceBusFunction } from '../functions/function-definition.ts'
import type { StartupError } from '../functions/index-functions.ts'
import type { Execute } from '../invocation/execute.ts'
import { executeWithRetry } from '../invocation/retry.ts'
import { createTraceContext } from '../invocation/trace-context.ts'
import { STOP_GRACE_MS } from '../limits.ts'
import type { Log } from '../log.ts'
import type { ServiceBusSettings } from '../settings/read-host-settings.ts'
import { resolveSetting, type Settings } from '../settings/resolve-setting.ts'
import type { Fleet } from '../worker/fleet.ts'
import { within } from '../within.ts'
import { createClients } from './clients.ts'
import { createConnector } from './connect.ts'
import { pumpBatches } from './pump-batches.ts'
import { pumpMessages } from './pump-messages.ts'
import { pumpSessions } from './pump-sessions.ts'
import type { Pump, PumpOptions } from './pump.ts'
import { resolveConnection } from './resolve-connection.ts'
import { toBatchTrigger, toSingleTrigger } from './trigger-data.ts'

export type PumpServices = {
  controls: Controls
  fleet: Fleet
  execute: Execute
  settings: Settings
  serviceBus: ServiceBusSettings
  log: Log
}

export type Pumps = { errors: StartupError[]; stop(): Promise<void> }

const resolveEntity = (
  settings: Settings,
  entity: ServiceBusFunction['entity'],
): ServiceBusFunction['entity'] =>
  'queue' in entity
    ? { queue: resolveSetting(settings, entity.queue) }
    : {
        topic: resolveSetting(settings, entity.topic),
        subscription: resolveSetting(settings, entity.subscription),
      }

/** Runs the function of a trigger for messages, with its retry policy. */
const createInvoke =
  (services: PumpServices, definition: ServiceBusFunction): PumpOptions['invoke'] =>
  async (messages) => {
    const running = await services.fleet.acquirePatiently(definition.name)
    const options = {
      functionName: definition.name,
      dataType: definition.dataType,
      includeEmptyEntries: Boolean(running.app.capabilities['IncludeEmptyEntriesInMessagePayload']),
    }
    const [first] = messages
    if (first === undefined) return true
    const { data, metadata } = definition.many
      ? toBatchTrigger(messages, options)
      : toSingleTrigger(first, options)
    const diagnosticId = first.applicationProperties?.['Diagnostic-Id']
    const request = {
      invocationId: randomUUID(),
      functionName: definition.name,
      inputData: [{ name: definition.trigger.name, data }],
      triggerMetadata: metadata,
      traceContext: createTraceContext(typeof diagnosticId === 'string' ? diagnosticId : undefined),
    }
    const outcome = await executeWithRetry(services, definition.retryOptions, { request, running })
    return outcome.ok
  }

const choosePump = ({ many, sessions }: ServiceBusFunction): ((options: PumpOptions) => Pump) => {
  if (many) return pumpBatches
  return sessions ? pumpSessions : pumpMessages
}

const startPump = async (services: PumpServices, definition: ServiceBusFunction): Promise<Pump> => {
  const connection = resolveConnection(services.settings, definition.connection)
  const clients = createClients(await createConnector(connection))
  const invoke = createInvoke(services, definition)
  const pump = choosePump(definition)({
    definition,
    entity: resolveEntity(services.settings, definition.entity),
    clients,
    settings: services.serviceBus,
    autoComplete: definition.autoComplete ?? services.serviceBus.autoCompleteMessages,
    clock: services.controls.clock,
    faults: services.controls.faults,
    log: services.log,
    /** Only a host that stops gives no process. */
    invoke: (messages) => invoke(messages).catch(() => false),
  })
  return {
    stop: async () => {
      await within(STOP_GRACE_MS, pump.stop())
      await clients.close()
    },
  }
}

/** Starts the listeners of all Service Bus functions. One whose connection or entity has no name does not start. */
export const startPumps = async (
  services: PumpServices,
  definitions: readonly ServiceBusFunction[],
): Promise<Pumps> => {
  const errors: StartupError[] = []
  const pumps: Pump[] = []
  for (const definition of definitions) {
    try {
      pumps.push(await startPump(services, definition))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      errors.push({ functionName: definition.name, reason })
    }
  }
  return {
    errors,
    stop: async () => {
      await Promise.all(pumps.map((pump) => pump.stop()))
    },
  }
}

import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import type { LocalClock } from '../../service/clock.ts'
import type { Faults } from '../../service/faults.ts'
import type { ServiceBusFunction } from '../functions/function-definition.ts'
import type { Log } from '../log.ts'
import type { ServiceBusSettings } from '../settings/read-host-settings.ts'
import type { Clients } from './clients.ts'
import type { Settlement, Settler } from './settle.ts'

type Message = ServiceBusReceivedMessage

/** Moves messages of one entity into one function until it is stopped. */
export type Pump = {
  /** Takes no more messages, lets those in work finish, then closes. */
  stop(): Promise<void>
}

export type PumpOptions = {
  definition: ServiceBusFunction
  /** Resolved names of the entity. */
  entity: ServiceBusFunction['entity']
  clients: Clients
  settings: ServiceBusSettings
  autoComplete: boolean
  clock: LocalClock
  faults: Faults
  log: Log
  /** Runs the function; false when it failed. */
  invoke(messages: Message[]): Promise<boolean>
}

/** One line of a pump's log. */
export const report = ({ log, definition }: PumpOptions, message: string, error?: unknown): void =>
  log({
    level: error === undefined ? 'information' : 'warning',
    category: 'system',
    functionName: definition.name,
    message: error === undefined ? message : `${message}: ${describe(error)}`,
  })

/** One line for whoever looks closely. */
export const debug = ({ log, definition }: PumpOptions, message: string): void =>
  log({ level: 'debug', category: 'system', functionName: definition.name, message })

const describe = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

/** The `settle` fault: lets a test hold, spoil or drop what happens between the handler's end and the settlement. */
const applyFault = async (
  { faults, definition }: PumpOptions,
  wanted: Settlement,
): Promise<Settlement | undefined> => {
  const fault = faults.idle ? undefined : await faults.hit('settle', definition.name)
  if (fault === undefined) return wanted
  return fault === 'drop' ? undefined : 'abandon'
}

const settleAll = async (
  options: PumpOptions,
  {
    settler,
    messages,
    settlement,
  }: { settler: Settler; messages: readonly Message[]; settlement: Settlement },
): Promise<boolean> => {
  const results = await Promise.allSettled(messages.map((message) => settler.settle(message, settlement)))
  const failed = results.filter((result) => result.status === 'rejected')
  for (const { reason } of failed) report(options, `Could not ${settlement} a message`, reason)
  if (failed.length < messages.length) {
    debug(
      options,
      `${settlement === 'complete' ? 'Completed' : 'Abandoned'} ${messages.length - failed.length}.`,
    )
  }
  return failed.length === 0
}

/**
 * Runs the function for messages and settles them: completes after success if auto-complete is on, abandons all after a
 * failure in any case. Resolves when the settlement is on its way.
 * @returns `settled`: whether it succeeded; false also when a fault dropped it. The receiver's locks are then not to be trusted.
 */
export const processMessages = async (
  options: PumpOptions,
  settler: Settler,
  messages: Message[],
): Promise<{ settled: Promise<boolean> }> => {
  const succeeded = await options.invoke(messages)
  if (succeeded && !options.autoComplete) return { settled: Promise.resolve(true) }
  const settlement = await applyFault(options, succeeded ? 'complete' : 'abandon')
  if (settlement === undefined) return { settled: Promise.resolve(false) }
  return { settled: settleAll(options, { settler, messages, settlement }) }
}

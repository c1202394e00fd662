import { isServiceBusError, type ServiceBusClient, type ServiceBusSessionReceiver } from '@azure/service-bus'
import type { PumpOptions } from './pump.ts'

/** `skipParsingBodyAsJson` leaves the body as bytes; locks are renewed by this host, within Azure's limit. */
const RECEIVER_OPTIONS = { maxAutoLockRenewalDurationInMs: 0, skipParsingBodyAsJson: true } as const

/** Waits for the next free session of the entity, for as long as one long poll of the client lasts. */
export const acceptSession = (
  client: ServiceBusClient,
  { entity }: PumpOptions,
): Promise<ServiceBusSessionReceiver> =>
  'queue' in entity
    ? client.acceptNextSession(entity.queue, RECEIVER_OPTIONS)
    : client.acceptNextSession(entity.topic, entity.subscription, RECEIVER_OPTIONS)

/** True for the ordinary end of a long poll: no session had a message. */
export const isEmpty = (error: unknown): boolean => {
  const cause: unknown = error instanceof AggregateError ? error.errors.at(-1) : error
  return (
    isServiceBusError(cause) && (cause.code === 'ServiceTimeout' || cause.code === 'SessionCannotBeLocked')
  )
}

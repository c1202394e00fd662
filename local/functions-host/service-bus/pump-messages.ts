import type { ServiceBusClient, ServiceBusReceiver } from '@azure/service-bus'
import { debug, processMessages, report, type Pump, type PumpOptions } from './pump.ts'
import { renewLock } from './renew-lock.ts'
import { createSettler } from './settle.ts'

const RECEIVER_OPTIONS = { maxAutoLockRenewalDurationInMs: 0, skipParsingBodyAsJson: true } as const

export const createReceiver = (client: ServiceBusClient, { entity }: PumpOptions): ServiceBusReceiver =>
  'queue' in entity
    ? client.createReceiver(entity.queue, RECEIVER_OPTIONS)
    : client.createReceiver(entity.topic, entity.subscription, RECEIVER_OPTIONS)

/**
 * Cardinality one without sessions: up to `maxConcurrentCalls` messages at once, each with its lock renewed. The
 * receiver finds back to a broker that was away.
 */
export const pumpMessages = (options: PumpOptions): Pump => {
  const { clock, settings } = options
  const receiver = createReceiver(options.clients.take().client, options)
  const settler = createSettler(receiver)
  const inWork = new Set<Promise<unknown>>()
  let stopped = false

  const subscription = receiver.subscribe(
    {
      processMessage: async (message) => {
        if (stopped) return settler.settle(message, 'abandon')
        const name = `message ${String(message.messageId)}`
        const renewal = renewLock({
          clock,
          lockedUntil: message.lockedUntilUtc,
          limitMs: settings.maxAutoLockRenewalDuration,
          renew: () => receiver.renewMessageLock(message),
          onRenewed: (until) => debug(options, `Renewed the lock of ${name} until ${until.toISOString()}.`),
          onError: (error) => report(options, `Could not renew the lock of ${name}`, error),
        })
        const work = processMessages(options, settler, [message]).then(({ settled }) => settled)
        inWork.add(work)
        await work
        inWork.delete(work)
        renewal.stop()
      },
      processError: async ({ error }) => {
        if (!stopped) report(options, 'Could not receive', error)
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: settings.maxConcurrentCalls },
  )
  return {
    stop: async () => {
      stopped = true
      await subscription.close().catch(() => undefined)
      await Promise.all(inWork)
    },
  }
}

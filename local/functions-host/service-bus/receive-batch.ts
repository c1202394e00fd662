import type {
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSessionReceiver,
} from '@azure/service-bus'
import { BATCH_LINGER_MS } from '../limits.ts'
import type { PumpOptions } from './pump.ts'

export type Receiver = ServiceBusReceiver | ServiceBusSessionReceiver

/** Fills a batch that has its first message: with what is there, or until `minMessageBatchSize` within its time. */
const fill = async (
  { clock, settings }: PumpOptions,
  receiver: Receiver,
  messages: ServiceBusReceivedMessage[],
): Promise<void> => {
  const { maxMessageBatchSize, minMessageBatchSize, maxBatchWaitTime } = settings
  const until = clock.now() + (minMessageBatchSize > 1 ? maxBatchWaitTime : 0)
  let enough = false
  while (!enough && messages.length < maxMessageBatchSize) {
    enough = messages.length >= minMessageBatchSize || clock.now() >= until
    const maxWaitTimeInMs = enough ? BATCH_LINGER_MS : Math.max(BATCH_LINGER_MS, until - clock.now())
    messages.push(
      ...(await receiver.receiveMessages(maxMessageBatchSize - messages.length, { maxWaitTimeInMs })),
    )
  }
}

/**
 * Receives one batch: the first message at once, then what else is there (the SDK alone would wait a second for a full
 * batch). Empty when none came within `idleMs`, or the pump stops.
 */
export const receiveBatch = async (
  options: PumpOptions,
  receiver: Receiver,
  { idleMs, stop }: { idleMs: number; stop: AbortSignal },
): Promise<ServiceBusReceivedMessage[]> => {
  const idle = new AbortController()
  const timer = options.clock.after(idleMs, () => idle.abort())
  const abortSignal = AbortSignal.any([stop, idle.signal])
  try {
    const messages = await receiver.receiveMessages(1, { maxWaitTimeInMs: idleMs, abortSignal })
    if (messages.length > 0) await fill(options, receiver, messages)
    return messages
  } catch (error) {
    if (abortSignal.aborted) return []
    throw error
  } finally {
    timer.cancel()
  }
}

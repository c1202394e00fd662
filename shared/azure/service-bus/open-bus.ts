import type {
  ServiceBusClient,
  ServiceBusMessage,
  ServiceBusMessageBatch,
  ServiceBusSender,
} from '@azure/service-bus'
import type { ServiceBusConnection } from '../../kernel/config/connections.ts'
import { type GatewayError, tooLarge, unavailable } from '../../kernel/errors.ts'
import { openCredential } from '../credential.ts'

/** A message as it is sent: the body goes out as these bytes. */
export type OutgoingMessage = {
  body: Uint8Array
  messageId: string
  sessionId?: string
  contentType?: string
  correlationId?: string
  subject?: string
  /** Milliseconds after which it is worth nothing. */
  timeToLive?: number
  /** When it becomes visible. */
  scheduledAt?: Date
  applicationProperties?: Record<string, string | number | boolean | Date | null>
}

export type Bus = {
  /** Sends to a queue or topic; resolves when the broker holds the message. @throws GatewayError 413, or 503. */
  send(entity: string, message: OutgoingMessage): Promise<void>
  /** Sends messages to one entity, in order, as few batches as they fit into. @throws the same; then some may be sent. */
  sendAll(entity: string, messages: readonly OutgoingMessage[]): Promise<void>
  /** Whether the broker accepts a link to the entity now. Costs no billed operation. */
  probe(entity: string): Promise<boolean>
}

/** One short attempt each: callers retry with their own budget (the SDK's default pauses are 30 s). */
const RETRY = { maxRetries: 1, retryDelayInMs: 200, timeoutInMs: 10_000 }

/** An SDK retry that fails throws an AggregateError without a message. */
const causeOf = (error: unknown): unknown => (error instanceof AggregateError ? error.errors.at(-1) : error)

/** What no repetition can change is told as such: the message is larger than the entity takes. */
const translate = (error: unknown, entity: string): GatewayError => {
  const cause = causeOf(error)
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return code === 'MessageSizeExceeded'
    ? tooLarge(`The message is larger than ${entity} takes. Make it smaller, or raise the limit there.`, {
        cause,
      })
    : unavailable(`Service Bus did not take the message for ${entity}. Try again.`, { cause })
}

const connect = async (connection: ServiceBusConnection): Promise<ServiceBusClient> => {
  const { ServiceBusClient } = await import('@azure/service-bus')
  const options = { retryOptions: RETRY }
  if ('connectionString' in connection) return new ServiceBusClient(connection.connectionString, options)
  const credential = await openCredential(connection.identity)
  return new ServiceBusClient(connection.fullyQualifiedNamespace, credential, options)
}

const toSdk = ({ body, scheduledAt, ...message }: OutgoingMessage): ServiceBusMessage => ({
  ...message,
  body: Buffer.from(body),
  ...(scheduledAt === undefined ? {} : { scheduledEnqueueTimeUtc: scheduledAt }),
})

/** A single message needs no batch; one that fits into none goes alone, for the broker to judge. */
const toBatches = async (
  sender: ServiceBusSender,
  messages: readonly OutgoingMessage[],
): Promise<Array<ServiceBusMessageBatch | ServiceBusMessage>> => {
  if (messages.length < 2) return messages.map(toSdk)
  const batches: Array<ServiceBusMessageBatch | ServiceBusMessage> = []
  let batch = await sender.createMessageBatch()
  for (const message of messages.map(toSdk)) {
    if (batch.tryAddMessage(message)) continue
    if (batch.count > 0) batches.push(batch)
    batch = await sender.createMessageBatch()
    if (!batch.tryAddMessage(message)) batches.push(message)
  }
  if (batch.count > 0) batches.push(batch)
  return batches
}

/** Opens the sending side of a namespace at first use: one connection, one link for each entity. */
export const openBus = (connection: ServiceBusConnection): Bus => {
  let client: Promise<ServiceBusClient> | undefined
  const senders = new Map<string, ServiceBusSender>()

  const senderOf = async (entity: string): Promise<ServiceBusSender> => {
    client ??= connect(connection)
    const sender = senders.get(entity) ?? (await client).createSender(entity)
    senders.set(entity, sender)
    return sender
  }

  return {
    send: async (entity, message) => {
      try {
        await (await senderOf(entity)).sendMessages(toSdk(message))
      } catch (error) {
        throw translate(error, entity)
      }
    },
    sendAll: async (entity, messages) => {
      try {
        const sender = await senderOf(entity)
        for (const batch of await toBatches(sender, messages)) await sender.sendMessages(batch)
      } catch (error) {
        throw translate(error, entity)
      }
    },
    probe: async (entity) => {
      try {
        await (await senderOf(entity)).createMessageBatch()
        return true
      } catch {
        return false
      }
    },
  }
}

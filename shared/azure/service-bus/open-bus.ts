import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus'
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
  applicationProperties?: Record<string, string | number | boolean | Date | null>
}

export type MessagePublisher = {
  /** Sends to a queue or topic; resolves when the broker holds the message. @throws GatewayError 413, or 503. */
  send(entity: string, message: OutgoingMessage): Promise<void>
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
  const credential = await openCredential(connection.clientId)
  return new ServiceBusClient(connection.fullyQualifiedNamespace, credential, options)
}

/** Opens the sending side of a namespace at first use: one connection, one link for each entity. */
export const openBus = (connection: ServiceBusConnection): MessagePublisher => {
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
        const sender = await senderOf(entity)
        await sender.sendMessages({ ...message, body: Buffer.from(message.body) })
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

import type { IncomingMessage, Link } from '../amqp/link.ts'
import { outcome } from '../amqp/outcomes.ts'
import type { Queue } from '../entities/queue.ts'
import { ServiceError } from '../entities/service-error.ts'
import type { Topic } from '../entities/topic.ts'
import type { Content } from '../messages/content.ts'
import { readBatch } from '../messages/read-batch.ts'
import { maxMessageBytes } from '../tier.ts'
import type { Broker } from './broker.ts'
import type { Gate } from './gate.ts'

/** Takes all messages of a transfer, or none. @throws ServiceError */
const accept = (entity: Queue | Topic, contents: readonly Content[]): void => {
  entity.checkOpen()
  for (const content of contents) entity.check(content)
  for (const content of contents) entity.accept({ content, hops: 0 })
}

const asServiceError = (error: unknown): ServiceError => {
  if (error instanceof ServiceError) return error
  const text = error instanceof Error ? error.message : String(error)
  return new ServiceError('amqp:decode-error', `The message cannot be read: ${text}`)
}

/** Serves a client's sender: its messages go into a queue or topic. */
export const takeMessages = (
  broker: Broker,
  link: Link,
  context: { entity: Queue | Topic; gate: Gate },
): void => {
  const { entity, gate } = context
  const answer = ({ deliveryId, settled }: IncomingMessage, failure: ServiceError | undefined): void => {
    if (settled) return
    if (failure === undefined) link.settle(deliveryId)
    else link.settle(deliveryId, outcome.rejected(failure.amqp))
  }
  const take = (message: IncomingMessage, refusal: ServiceError | undefined): void => {
    try {
      if (refusal !== undefined) throw refusal
      const contents = readBatch(message.payload, message.format)
      accept(entity, contents)
      for (const content of contents) broker.engine.bill('send', content.bytes)
    } catch (error) {
      answer(message, asServiceError(error))
      return
    }
    gate('send.answer', (failure) => answer(message, failure))
  }
  link.accept(
    { onMessage: (message) => gate('send', (refusal) => take(message, refusal)) },
    { maxMessageSize: maxMessageBytes(broker.tier, entity.settings) },
  )
}

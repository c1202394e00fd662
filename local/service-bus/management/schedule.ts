import { entriesOf } from '../amqp/outcomes.ts'
import { plain, type Typed, typed } from '../amqp/rhea.ts'
import type { Queue } from '../entities/queue.ts'
import { ServiceError } from '../entities/service-error.ts'
import type { Topic } from '../entities/topic.ts'
import { type Content, readContent } from '../messages/content.ts'
import { maxMessageBytes } from '../tier.ts'
import { type Context, member, type Operation } from './operation.ts'

const sendable = ({ destination: { entity } }: Context): Queue | Topic => {
  if (entity.kind === 'subscription') {
    throw new ServiceError(
      'amqp:not-allowed',
      `'${entity.path}' is a subscription: schedule messages on its topic.`,
    )
  }
  return entity
}

const readMessages = (value: Typed | undefined): Content[] => {
  const items: Typed[] = Array.isArray(value?.value) ? value.value : []
  return items.map((item) => {
    const bytes = plain(entriesOf(item).get('message'))
    if (!Buffer.isBuffer(bytes))
      throw new ServiceError('com.microsoft:argument-error', "A message of the request has no 'message'.")
    return readContent(bytes)
  })
}

/** Takes messages that become visible later; the time stands in each message. */
export const scheduleMessages: Operation = (context, body) => {
  const entity = sendable(context)
  const limit = maxMessageBytes(context.broker.tier, entity.settings)
  const contents = readMessages(body.get('messages'))
  entity.checkOpen()
  for (const content of contents) {
    entity.check(content)
    if (content.bytes > limit) {
      throw new ServiceError(
        'amqp:link:message-size-exceeded',
        `The message has ${content.bytes} bytes; ${limit} are allowed. Send less, or use the premium tier.`,
      )
    }
  }
  const sequences = contents.map((content) => entity.accept({ content, hops: 0 }))
  for (const content of contents) context.broker.engine.bill('schedule', content.bytes)
  return { status: 200, body: typed.map([[typed.string('sequence-numbers'), typed.longs(sequences)]]) }
}

export const cancelScheduledMessages: Operation = (context, body) => {
  sendable(context).cancelScheduled(member.numbers(body, 'sequence-numbers'))
  return { status: 200 }
}

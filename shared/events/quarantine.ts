import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { DeadLetter } from './dead-letter.ts'
import { deadLetterKey } from './dead-letter.ts'
import type { QuarantineStore } from './quarantine-store.ts'
import type { ReceivedMessage } from './read-message.ts'

export type QuarantineCause = {
  reason: string
  description: string
  source: DeadLetter['source']
  taskId?: string | undefined
  agentId?: string | undefined
}

/** Takes a message out of the way and keeps it whole. Repeating it changes nothing. */
export type Quarantine = (message: ReceivedMessage, cause: QuarantineCause) => Promise<void>

export const createQuarantine =
  (options: { store: QuarantineStore; clock: Clock; log: Log }): Quarantine =>
  async (message, cause) => {
    const { store, clock, log } = options
    const optional = {
      namespace: message.namespace,
      message_id: message.messageId,
      session_id: message.sessionId,
      correlation_id: message.correlationId,
      subject: message.subject,
      content_type: message.contentType,
      task_id: cause.taskId,
      agent_id: cause.agentId,
    }
    const letter: DeadLetter = {
      key: deadLetterKey(message),
      entity: message.entity,
      reason: cause.reason,
      description: cause.description,
      source: cause.source,
      status: 'held',
      sequence_number: message.sequenceNumber,
      enqueued_at: message.enqueuedAt,
      delivery_count: message.deliveryCount,
      quarantined_at: new Date(clock.now()).toISOString(),
      size: message.body.length,
      edited: false,
      application_properties: message.applicationProperties,
      ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    }
    const isNew = await store.insert(letter, message.body)
    // One line a message, and nothing of its payload.
    const { key, application_properties: _properties, ...facts } = letter
    if (isNew) log.error('A message is in quarantine.', { dead_letter: key, ...facts })
  }

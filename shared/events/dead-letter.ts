import type { ReceivedMessage } from './read-message.ts'

/**
 * Why a message is in quarantine. Ours, or the reason that Service Bus (or a receiver) gave when it dead-lettered it.
 */
export type QuarantineReason =
  | 'over_size'
  | 'invalid_json'
  | 'invalid_event'
  | 'session_mismatch'
  | 'conflicting_duplicate'
  | 'stream_expired'
  | 'invalid_envelope'

/** A message in quarantine, without its body. Members as on the wire. */
export type DeadLetter = {
  key: string
  entity: string
  /** The connection name of its namespace, where it is not the gateway's own. */
  namespace?: string
  reason: string
  description: string
  source: 'ingest' | 'service-bus' | 'a2a' | 'push'
  status: 'held' | 'redriving' | 'redriven'
  sequence_number: string
  enqueued_at: string
  delivery_count: number
  quarantined_at: string
  redriven_at?: string
  /** The correlation id that it got, where it could not keep its own. */
  redriven_as?: string
  size: number
  edited: boolean
  message_id?: string
  session_id?: string
  correlation_id?: string
  subject?: string
  content_type?: string
  application_properties: Record<string, unknown>
  task_id?: string
  agent_id?: string
}

/** Row keys sort ascending: later times get smaller keys, so that the newest message is listed first. */
const LAST_TIME = 9_999_999_999_999

/**
 * The name of a message in quarantine: its entity, enqueued time and sequence number (and namespace, if not ours), so that the same message always
 * gets the same name however often it is delivered.
 */
export const deadLetterKey = (message: ReceivedMessage): string => {
  const enqueued = Date.parse(message.enqueuedAt)
  const inverted = LAST_TIME - (Number.isFinite(enqueued) ? enqueued : 0)
  const path = message.namespace === undefined ? message.entity : `${message.namespace}/${message.entity}`
  const entity = path.replaceAll('/', '~').replaceAll('$', '')
  return `${entity}.${String(inverted).padStart(13, '0')}-${message.sequenceNumber}`
}

/** Where a message is sent again: to the topic of a subscription, or to the queue itself. */
export const redriveTarget = (entity: string): string => {
  const path = entity.replace(/\/\$DeadLetterQueue$/i, '')
  return /^(.+)\/subscriptions\/[^/]+$/i.exec(path)?.[1] ?? path
}

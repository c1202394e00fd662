import { type Typed, typed } from '../amqp/rhea.ts'
import { applicationPropertiesOf, type Content, withApplicationProperties } from '../messages/content.ts'
import { MAX_FORWARD_HOPS } from './limits.ts'

/** Why a message goes to the dead-letter queue. `client`: a receiver said so. */
export type DeadLetterCause =
  | { kind: 'max-delivery-count'; count: number }
  | { kind: 'expired' | 'session-id-missing' | 'too-many-hops' }
  | { kind: 'filter-error' | 'forward-failed'; description: string }
  | {
      kind: 'client'
      reason: string | undefined
      description: string | undefined
      properties: ReadonlyMap<string, Typed>
    }

type Reason = { reason: string | undefined; description: string | undefined }

/** Azure's wording: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues. */
const reasonOf = (cause: DeadLetterCause): Reason => {
  switch (cause.kind) {
    case 'max-delivery-count':
      return {
        reason: 'MaxDeliveryCountExceeded',
        description: `Message could not be consumed after ${cause.count} delivery attempts.`,
      }
    case 'expired':
      return { reason: 'TTLExpiredException', description: 'The message expired and was dead lettered.' }
    case 'session-id-missing':
      return {
        reason: 'Session ID is null',
        description: "Session enabled entity doesn't allow a message whose session identifier is null.",
      }
    case 'too-many-hops':
      return {
        reason: 'MaxTransferHopCountExceeded',
        description: `The maximum number of allowed hops when forwarding between queues. This value is set to ${MAX_FORWARD_HOPS}.`,
      }
    case 'filter-error':
      return { reason: 'FilterEvaluationException', description: cause.description }
    case 'forward-failed':
      return { reason: 'ForwardingFailed', description: cause.description }
    case 'client':
      return { reason: cause.reason, description: cause.description }
  }
}

/** The content with the reason in its application properties, where every SDK reads it. */
export const withReason = (content: Content, cause: DeadLetterCause): Content => {
  const entries = applicationPropertiesOf(content)
  if (cause.kind === 'client') for (const [name, value] of cause.properties) entries.set(name, value)
  const { reason, description } = reasonOf(cause)
  if (reason !== undefined) entries.set('DeadLetterReason', typed.string(reason))
  if (description !== undefined) entries.set('DeadLetterErrorDescription', typed.string(description))
  return withApplicationProperties(content, entries)
}

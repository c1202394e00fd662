import * as z from 'zod'
import { closingOutcome } from '../contract/agent-event.ts'
import type { Patiently } from '../kernel/retry.ts'
import type { Fail } from '../streams/fail.ts'
import { checkEvent } from './check-event.ts'
import type { Quarantine } from './quarantine.ts'
import type { ReceivedMessage } from './read-message.ts'

/** What Service Bus writes into a message that it (or a receiver) dead-letters; the platform camel-cases the names. */
const Reason = z.object({
  deadLetterReason: z.coerce.string().default('unknown'),
  deadLetterErrorDescription: z.coerce.string().default(''),
})

type Facts = { taskId?: string | undefined; agentId?: string | undefined; isFinal: boolean }

/** What the message says of itself, whether it is a good event or not. */
const readFacts = (message: ReceivedMessage): Facts => {
  const checked = checkEvent(message)
  if ('rejection' in checked) {
    const { taskId, agentId, wasFinal } = checked.rejection
    return { taskId, agentId, isFinal: wasFinal }
  }
  const { task_id: taskId, agent_id: agentId, event_type: eventType } = checked.event
  return { taskId, agentId, isFinal: closingOutcome(eventType) !== undefined }
}

/**
 * Moves a message from a dead-letter queue of Service Bus into the quarantine. Where it was to end its task,
 * the task's stream is told that it cannot finish.
 */
export type QuarantineNative = (message: ReceivedMessage) => Promise<void>

export const createQuarantineNative = (options: {
  quarantine: Quarantine
  fail: Fail
  patiently: Patiently
}): QuarantineNative => {
  const { quarantine, fail, patiently } = options
  return async (message) => {
    const { deadLetterReason, deadLetterErrorDescription } = Reason.parse(message.applicationProperties)
    const { taskId = message.sessionId, agentId, isFinal } = readFacts(message)
    const cause = { reason: deadLetterReason, description: deadLetterErrorDescription, taskId, agentId }
    await patiently(() => quarantine(message, { ...cause, source: 'service-bus' }))
    if (!isFinal || taskId === undefined) return
    await patiently(() => fail(taskId, `Service Bus dead-lettered the final event: ${deadLetterReason}`))
  }
}

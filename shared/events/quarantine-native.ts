import * as z from 'zod'
import type { Fail } from '../streams/fail.ts'
import { checkEvent } from './check-event.ts'
import type { Quarantine } from './quarantine.ts'
import type { ReceivedMessage } from './read-message.ts'

/** What Service Bus writes into a message that it (or a receiver) dead-letters; the platform camel-cases the names. */
const Reason = z.object({
  deadLetterReason: z.coerce.string().default('unknown'),
  deadLetterErrorDescription: z.coerce.string().default(''),
})

const isFinalOf = (message: ReceivedMessage): string | undefined => {
  const checked = checkEvent(message)
  if ('rejection' in checked) return checked.rejection.wasFinal ? checked.rejection.taskId : undefined
  return checked.event.event_type === 'final_payload' ? checked.event.task_id : undefined
}

/**
 * Moves a message from a dead-letter queue of Service Bus into the quarantine. Where it is the final event of a task,
 * the task's stream is told that it cannot finish.
 */
export const quarantineNative = async (
  options: { quarantine: Quarantine; fail: Fail },
  message: ReceivedMessage,
): Promise<void> => {
  const { deadLetterReason, deadLetterErrorDescription } = Reason.parse(message.applicationProperties)
  const taskId = isFinalOf(message)
  await options.quarantine(message, {
    reason: deadLetterReason,
    description: deadLetterErrorDescription,
    source: 'service-bus',
    taskId: taskId ?? message.sessionId,
  })
  if (taskId !== undefined)
    await options.fail(taskId, `Service Bus dead-lettered the final event: ${deadLetterReason}`)
}

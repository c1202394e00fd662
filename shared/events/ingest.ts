import { closingOutcome } from '../contract/agent-event.ts'
import type { Patiently } from '../kernel/retry.ts'
import { announce } from '../streams/announce.ts'
import type { Append, AppendResult } from '../streams/append.ts'
import type { StreamBell } from '../streams/bell.ts'
import type { Fail } from '../streams/fail.ts'
import { type CheckedEvent, checkEvent, type Rejection } from './check-event.ts'
import type { Quarantine } from './quarantine.ts'
import type { ReceivedMessage } from './read-message.ts'

/**
 * Takes one message from an agent: validate → append → announce. Resolves when the event is stored and announced, or
 * the message is in quarantine; rejects only when the patience with the storage is over, and Service Bus delivers again.
 */
export type Ingest = (message: ReceivedMessage) => Promise<void>

type IngestOptions = {
  append: Append
  bell: StreamBell
  fail: Fail
  quarantine: Quarantine
  patiently: Patiently
}

const unwelcome: Record<'conflict' | 'expired', Pick<Rejection, 'reason' | 'description'>> = {
  conflict: {
    reason: 'conflicting_duplicate',
    description: 'The agent has already published another event with this event_index for the task.',
  },
  expired: { reason: 'stream_expired', description: 'The time of the stream is over; it is being deleted.' },
}

export const createIngest = (options: IngestOptions): Ingest => {
  const { append, bell, fail, quarantine, patiently } = options

  const putAside = async (message: ReceivedMessage, rejection: Rejection): Promise<void> => {
    await patiently(() => quarantine(message, { ...rejection, source: 'ingest' }))
    const stream = rejection.taskId ?? message.sessionId
    if (!rejection.wasFinal || stream === undefined) return
    await patiently(() => fail(stream, `The final event is in quarantine: ${rejection.description}`))
  }

  const store = (checked: CheckedEvent): Promise<AppendResult> => {
    const { event, body, identity } = checked
    return patiently(() =>
      append({
        stream: event.task_id,
        body,
        identity,
        producer: { id: event.agent_id, index: event.event_index },
        closes: closingOutcome(event.event_type),
      }),
    )
  }

  return async (message) => {
    const checked = checkEvent(message)
    if ('rejection' in checked) return putAside(message, checked.rejection)
    const { event, body, exact } = checked
    const result = await store(checked)
    if (result.outcome === 'conflict' || result.outcome === 'expired') {
      const { task_id: taskId, agent_id: agentId } = event
      return putAside(message, {
        ...unwelcome[result.outcome],
        taskId,
        agentId,
        wasFinal: closingOutcome(event.event_type) !== undefined,
      })
    }
    const carried = exact && !('late' in event)
    await announce(bell, {
      stream: event.task_id,
      seq: result.seq,
      bytes: Buffer.byteLength(body),
      ...(carried ? { event: result.late ? { ...event, late: true } : event } : {}),
      outcome: result.late ? undefined : closingOutcome(event.event_type),
    })
  }
}

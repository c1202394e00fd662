import type { A2aVersion, Said } from '../../contract/a2a/dialect.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import { foldEvents } from '../dialect/fold-events.ts'
import { sayAs } from '../dialect/said.ts'

/** Members as in the message of a delivery. */
export type NotificationPayload = { content_type: string; body: string }

/**
 * The payload of a push notification for a client: the event as a StreamResponse for 1.0, the whole Task for 0.3.
 * @param earlier the task's events so far, as JSON texts of 1.0; asked for only where the event does not have the task
 * @throws A2aFailure INVALID_AGENT_RESPONSE when 0.3 has no words for it
 */
export const renderNotification = async (
  said: Said,
  version: A2aVersion,
  earlier: () => Promise<readonly string[]>,
): Promise<NotificationPayload> => {
  if (version === '1.0') return { content_type: 'application/a2a+json', body: said.text }
  const { type } = describeEvent(said.text)
  const content_type = 'application/json'
  if (type === 'task' || type === 'message') return { content_type, body: sayAs('event', said, '0.3') }
  const events = await earlier()
  // The log may have the event already: it comes by the agent's stream too. A status can be set twice, parts cannot.
  const task = type === 'artifact' && events.length > 0 ? events : [...events, said.text]
  return { content_type, body: sayAs('event', { text: JSON.stringify(foldEvents(task)) }, '0.3') }
}

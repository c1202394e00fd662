import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import type { Said } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import { jsonMembers } from '../../kernel/json-members.ts'
import type { Log } from '../../kernel/log.ts'
import { type A2aErrorValue, A2aFailure } from '../a2a-failure.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import { readExtensions } from '../dialect/extensions.ts'
import type { LogEntry } from '../log/log-event.ts'
import type { TaskLog } from '../log/task-log.ts'
import type { ReceiveNotification } from '../push/receive-notification.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { Session } from '../sessions/session.ts'
import { createAdoptRedrive } from './adopt-redrive.ts'
import { createAskedCalls } from './asked-calls.ts'
import { ErrorValue } from './error-value.ts'

type Response = { envelope: MessageEnvelope; payload: string; original?: string }

/** Something that a hosting deployment says in answer to a request of this one, and what it says next to it. */
export type CollectedResponse = Response & { more?: readonly Response[] }

/** Puts a response where the waiting call finds it. What nobody has asked for changes nothing. */
export type CollectResponse = (response: CollectedResponse) => Promise<void>

const toError = (text: string): A2aErrorValue => ErrorValue.parse(JSON.parse(text))

const toSaid = ({ envelope, payload, original }: Response): Said => {
  const shape = envelope.original_shape
  const extensions = readExtensions((name) => envelope.headers[name])
  return {
    text: jsonMembers(payload).get('result') ?? 'null',
    ...(original === undefined || shape === undefined ? {} : { original: { shape, text: original } }),
    ...(extensions === undefined ? {} : { extensions }),
  }
}

const toEntry = (response: Response): LogEntry => {
  const error = jsonMembers(response.payload).get('error')
  if (error !== undefined) return { kind: 'failure', error: toError(error) }
  const isResult = response.envelope.stream_metadata?.chunkType === 'end'
  return { kind: isResult ? 'result' : 'event', said: toSaid(response) }
}

const stateAfter = (entry: LogEntry): Session['state'] => {
  if (entry.kind === 'failure') return 'failed'
  return entry.kind === 'event' && describeEvent(entry.said.text).ends === 'interrupted'
    ? 'paused'
    : 'completed'
}

/** Why a response is not taken; undefined when it is. */
const objection = (
  session: Session | undefined,
  { from_proxy, to_agent, epoch }: MessageEnvelope,
): string | undefined => {
  if (session === undefined) return 'nobody has asked'
  if (session.toProxy !== from_proxy) return 'another deployment was asked'
  if (session.agentId !== to_agent) return 'another agent was asked'
  if (session.state === 'completed' || session.state === 'failed') return 'it was answered'
  return epoch < session.epoch ? 'a later attempt has taken over' : undefined
}

export const createCollectResponse = (options: {
  sessions: SessionStore
  taskLog: TaskLog
  /** Takes a push notification that an agent sent to the deployment that hosts it. */
  receiveNotification: ReceiveNotification
  clock: Clock
  log: Log
}): CollectResponse => {
  const { taskLog, log } = options
  const asked = createAskedCalls({ ...options, adopt: createAdoptRedrive(options) })

  const notify = (response: CollectedResponse, notificationId: string): Promise<void> => {
    const { to_agent: agentId, correlation_id: stream } = response.envelope
    return options.receiveNotification({ agentId, stream, notificationId, said: toSaid(response) })
  }

  return async (response) => {
    const { envelope } = response
    if (envelope.notification_id !== undefined) return notify(response, envelope.notification_id)
    const session = await asked.find(envelope)
    const refusal = objection(session, envelope)
    if (session === undefined || refusal !== undefined) {
      log.warn('A response from the bus was dropped.', {
        reason: refusal,
        correlation_id: envelope.correlation_id,
        agent_id: envelope.to_agent,
        from_proxy: envelope.from_proxy,
      })
      return
    }
    if (envelope.alive) return asked.note(session, 'active')
    const responses = [response, ...(response.more ?? [])]
    const entries = responses.map(toEntry)
    const last = entries.at(-1)
    const isOver = responses.at(-1)?.envelope.stream_metadata?.final === true
    const place = { epoch: envelope.epoch, sequence: envelope.sequence }
    try {
      const state = isOver && last !== undefined ? stateAfter(last) : undefined
      // Whoever hears that the task waits may answer, or cancel it, at once.
      if (state === 'paused') await asked.note(session, state)
      await taskLog.write(session, entries, place)
      if (state !== undefined && state !== 'paused') await asked.note(session, state)
    } catch (error) {
      if (!(error instanceof A2aFailure)) throw error
      await taskLog.write(session, [{ kind: 'failure', error: error.value }], place)
      await asked.note(session, 'failed')
    }
  }
}

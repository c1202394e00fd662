import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Agent } from '../../registry/agent.ts'
import type { A2aRequest, LoggedEvent } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import type { MessagePublisher } from '../bus/message-publisher.ts'
import type { CallEntry, MessageSubscriber } from '../bus/message-subscriber.ts'
import type { TaskLog } from '../log/task-log.ts'
import type { FoundSession, SessionStore } from '../sessions/session-store.ts'
import { awaitFirst } from './await-first.ts'
import { createCallHere } from './call-here.ts'
import type { GuardCall } from './guard-call.ts'
import { credentialsContext, payloadOf, toEnvelope } from './to-envelope.ts'
import type { RunCall } from './run-call.ts'

/** A call that is about to be made for a request. */
export type Beginning = { request: A2aRequest; agent: Agent; call: AgentCall; found: FoundSession }

export type BeginCall = {
  /** Makes the call from this process, which hosts the agent. The events come as soon as they are in the log. */
  here(beginning: Beginning): Promise<AsyncGenerator<LoggedEvent, void, undefined>>
  /** Has the call made by the deployment that hosts the agent; everything comes from the log. */
  elsewhere(beginning: Beginning): Promise<AsyncGenerator<CallEntry, void, undefined>>
  /** Follows a call that was begun before. */
  attach(correlationId: string, request: A2aRequest): Promise<AsyncGenerator<CallEntry, void, undefined>>
  guard: GuardCall
}

export type BeginCallOptions = {
  runCall: RunCall
  taskLog: TaskLog
  sessions: SessionStore
  subscriber: MessageSubscriber
  publisher: MessagePublisher
  guard: GuardCall
  /** Seals the credentials of a client for the way over the bus (shared/kernel/seal.ts). */
  seal(text: string, context: string): string
  clock: Clock
  log: Log
  proxyId: string
  leaseMs: number
  firstAnswerMs: number
  sendWaitMs: number
  requestTtlMs: number
  /** How long what a short call says waits to become one append. */
  lingerMs: number
}

/** Time for the way there and back, over what the agent itself may take. */
const BUS_MARGIN_MS = 2000

export const createBeginCall = (options: BeginCallOptions): BeginCall => {
  const { subscriber, publisher, clock, firstAnswerMs } = options

  const callHere = createCallHere(options)

  const waitFor = <Item>(
    items: AsyncGenerator<Item, void, undefined>,
    timeoutMs: number,
    alongside?: Promise<unknown>,
  ): Promise<AsyncGenerator<Item, void, undefined>> =>
    awaitFirst(items, { clock, ms: timeoutMs, ...(alongside === undefined ? {} : { alongside }) })

  /** A send that goes on with a task has one answer only (see createCallAgent), when the task has come to an end. */
  const timeoutOf = ({ agent, found }: Beginning): number => {
    const { operation, taskId } = found.session
    const waitMs = operation === 'send' && taskId !== undefined ? options.sendWaitMs : firstAnswerMs
    return Math.max(waitMs, agent.timeoutSeconds * 1000) + BUS_MARGIN_MS
  }

  const elsewhere: BeginCall['elsewhere'] = (beginning) => {
    const { request, agent, call, found } = beginning
    const timeoutMs = timeoutOf(beginning)
    const { session } = found
    const envelope = toEnvelope(session, {
      now: clock.now(),
      group: agent.group,
      from_agent: request.headers['x-from-agent'] ?? 'proxy',
      headers: { ...call.headers },
      http_path: request.httpPath,
      dialect: call.dialect,
      ttl: Math.min(options.requestTtlMs, timeoutMs),
      ...(call.credentials === undefined
        ? {}
        : { credentials: options.seal(call.credentials, credentialsContext(session.correlationId)) }),
    })
    // The listener first: what is said at once is then heard, not found by polling.
    const entries = subscriber.subscribeResponses(session.correlationId, { from: 0, signal: request.signal })
    return waitFor(entries, timeoutMs, publisher.publishRequest(envelope, payloadOf(request, call)))
  }

  return {
    here: (beginning) => waitFor(callHere(beginning), timeoutOf(beginning)),
    elsewhere,
    guard: options.guard,
    attach: (correlationId, request) =>
      waitFor(
        subscriber.subscribeResponses(correlationId, { from: 0, signal: request.signal }),
        firstAnswerMs,
      ),
  }
}

import { shapeOf } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Agent } from '../../registry/agent.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { TaskAliases } from '../../streams/task-aliases.ts'
import type { A2aAnswer, A2aRequest, LoggedEvent } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import { readTexts } from '../log/read-log.ts'
import type { ClaimInline } from '../push/claim-inline.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { answerSend } from './answer-send.ts'
import { answerStream } from './answer-stream.ts'
import type { BeginCall } from './begin-call.ts'
import type { OpenSession } from './open-session.ts'
import { ownTask } from './own-task.ts'
import { type ParamsFacts, readSendParams } from './read-params.ts'
import type { CallEntry } from '../bus/message-subscriber.ts'
import { withFirst } from './with-first.ts'

export type SendMessage = (request: A2aRequest, agent: Agent, call: AgentCall) => Promise<A2aAnswer>

export type SendMessageOptions = {
  begin: BeginCall
  openSession: OpenSession
  claimInline: ClaimInline
  sessions: SessionStore
  aliases: TaskAliases
  store: StreamStateStore
  clock: Clock
  proxyId: string
  sendWaitMs: number
  streamMs: number
}

/** The events among the entries of a call. */
export async function* eventsOf(
  entries: AsyncGenerator<CallEntry, void, undefined>,
): AsyncGenerator<LoggedEvent, void, undefined> {
  for await (const { seq, entry } of entries) if (entry.kind === 'event') yield { seq, said: entry.said }
}

/** Sends a message to an agent, hosted here or elsewhere, and answers as the client asked: at once, at the end, or as it comes. */
export const createSendMessage = (options: SendMessageOptions): SendMessage => {
  const { begin, sessions, aliases, store, clock } = options

  const start = async (
    request: A2aRequest,
    agent: Agent,
    { call, facts, taskStream }: { call: AgentCall; facts: ParamsFacts; taskStream: string | undefined },
  ): Promise<AsyncGenerator<LoggedEvent, void, undefined>> => {
    const { taskId, messageId } = facts
    const claimInline = options.claimInline(request, call)
    const messageKey = agent.messageIdIsKey && messageId !== undefined ? `message ${messageId}` : undefined
    const { found, known } = await options.openSession(request, agent, {
      idempotencyKey: request.idempotencyKey ?? messageKey,
      ...(taskStream === undefined ? {} : { taskStream }),
      ...(taskId === undefined ? {} : { taskId }),
    })
    if (known) {
      if (agent.proxyId === options.proxyId) await begin.guard(found.session, 0)
      return eventsOf(await begin.attach(found.session.correlationId, request))
    }
    if (taskStream !== undefined) await continueWith(taskStream, found.session.correlationId)
    const claimed = await claimInline(taskStream ?? found.session.correlationId)
    const beginning = { request, agent, call: claimed, found }
    if (agent.proxyId === options.proxyId) return begin.here(beginning)
    return eventsOf(await begin.elsewhere(beginning))
  }

  /** Notes on the first call of a task which call goes on with it, so that a subscriber finds who writes. */
  const continueWith = async (taskStream: string, continuedBy: string): Promise<void> => {
    const first = await sessions.get(taskStream)
    if (first !== undefined) await sessions.set({ ...first.session, continuedBy }, first.version)
  }

  return async (request, agent, call) => {
    const facts = readSendParams(request.params, shapeOf(request.dialect))
    const { agentId, subject } = request
    const deadline = clock.now() + options.sendWaitMs
    const taskStream =
      facts.taskId === undefined
        ? undefined
        : await ownTask(aliases, { agentId, subject, taskId: facts.taskId })
    const events = await start(request, agent, { call, facts, taskStream })
    if (request.operation !== 'send') {
      const first = await events.next()
      const all = answerStream(withFirst(first, events), { clock, maxMs: options.streamMs })
      return { kind: 'stream', events: all, extensions: first.value?.said.extensions }
    }
    const said = await answerSend(events, {
      clock,
      waitMs: Math.max(0, deadline - clock.now()),
      onlyFirst: facts.returnImmediately,
      historyLength: facts.historyLength,
      earlier: () => readTexts(store, taskStream),
    })
    return { kind: 'one', said }
  }
}

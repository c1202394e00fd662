import type { Clock } from '../../kernel/clock.ts'
import type { Agent } from '../../registry/agent.ts'
import type { StreamState } from '../../streams/stream-state.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { TaskAliases } from '../../streams/task-aliases.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { A2aAnswer, A2aRequest, LoggedEvent } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import type { MessageSubscriber } from '../bus/message-subscriber.ts'
import { foldEvents } from '../dialect/fold-events.ts'
import { readLog } from '../log/read-log.ts'
import { answerStream } from './answer-stream.ts'
import type { LookAfterCall } from './look-after-call.ts'
import { ownTask } from './own-task.ts'
import { readTaskId } from './read-params.ts'
import { eventsOf, type SendMessage } from './send-message.ts'

/** Lets a client follow a task that goes on: from a snapshot, or from the last event that it saw. */
export type SubscribeTask = (request: A2aRequest, agent: Agent, call: AgentCall) => Promise<A2aAnswer>

export const createSubscribeTask = (options: {
  /** Makes a call of its own, for a task whose log ended although the task may go on. */
  callAnew: SendMessage
  /** Sees that somebody writes the log. */
  lookAfter: LookAfterCall['lookAfter']
  aliases: TaskAliases
  store: StreamStateStore
  subscriber: MessageSubscriber
  clock: Clock
  streamMs: number
}): SubscribeTask => {
  const { aliases, store, subscriber, clock } = options

  /** What the log holds, as one snapshot, and where it goes on. */
  const snapshot = async (stream: string): Promise<{ event?: LoggedEvent; next: number }> => {
    const texts: string[] = []
    let last = -1
    for await (const { seq, said } of readLog(store, stream)) {
      texts.push(said.text)
      last = seq
    }
    const { task } = foldEvents(texts)
    if (task === undefined) return { next: 0 }
    return { event: { seq: last, said: { text: JSON.stringify({ task }) } }, next: last + 1 }
  }

  async function* follow(
    stream: string,
    { signal, lastEventId }: A2aRequest,
  ): AsyncGenerator<LoggedEvent, void, undefined> {
    const { event, next } = lastEventId === undefined ? await snapshot(stream) : { next: lastEventId + 1 }
    const events = eventsOf(subscriber.subscribeResponses(stream, { from: next, signal }))
    const rest = answerStream(events, { clock, maxMs: options.streamMs })
    try {
      if (event !== undefined) yield event
      yield* rest
    } finally {
      await rest.return()
    }
  }

  const isOver = (state: StreamState | undefined, lastEventId: number | undefined): boolean =>
    state?.end !== undefined && (lastEventId === undefined || lastEventId + 1 >= state.end - 1)

  return async (request, agent, call) => {
    const { agentId, subject, params, lastEventId } = request
    const taskId = readTaskId(params, false)
    const stream = await ownTask(aliases, { agentId, subject, taskId })
    const state = (await store.read(stream))?.value
    if (state?.outcome === 'error') return options.callAnew(request, agent, call)
    if (isOver(state, lastEventId)) {
      throw a2aFailure(
        'UNSUPPORTED_OPERATION',
        `Task ${taskId} is in a terminal state and cannot be subscribed to.`,
      )
    }
    if (state?.end === undefined) await options.lookAfter(stream)
    return { kind: 'stream', events: follow(stream, request) }
  }
}

import { type Said, shapeOf } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure } from '../a2a-failure.ts'
import { hasSeedPath } from '../dialect/seed-paths.ts'
import { withoutWaiting, withTenant } from './adapt-params.ts'
import { brokeOff, invalidAnswer } from './agent-trouble.ts'
import type { Ask } from './build-request.ts'
import type { Exchange } from './exchange-in-time.ts'
import type { Endpoint } from './find-endpoint.ts'
import { pollTask } from './poll-task.ts'
import type { Answer } from './read-answer.ts'
import { type TaskWatch, watchTask } from './watch-task.ts'
import { ABORTED } from '../../kernel/aborted.ts'

export type Target = { agent: Agent; endpoint: Endpoint }

/** Milliseconds that a stream may take to end after its last event. */
const END_MS = 50

/** An agent whose card promises streams may have none: it did nothing when it says so at once. */
const isNoStream = (error: unknown, ask: Ask): boolean => {
  if (!(error instanceof A2aFailure)) return false
  // Of a task that has ended, UnsupportedOperation is the answer (A2A 1.0, 3.1.6).
  if (ask.operation === 'subscribe') return error.value.code === -32601
  return error.value.code === -32601 || error.value.code === -32004
}

/** A stream as a send: its client wants to see the task before it is done. */
const toSend = (ask: Ask, { dialect }: Endpoint): Ask =>
  ask.operation === 'send'
    ? ask
    : { ...ask, operation: 'send', params: withoutWaiting(ask.params, dialect.version) }

export type Converse = {
  /** The one answer of an agent, in its own words. @throws A2aFailure */
  ask(target: Target, ask: Ask, signal: AbortSignal): Promise<Answer>
  /**
   * What an agent tells of a task, up to a terminal or interrupted state: by its stream where it has one, else by asking
   * for the task until it ends. `taskId`: the task that is asked about, where one is. @throws A2aFailure
   */
  tell(
    target: Target,
    ask: Ask,
    options: { taskId: string | undefined; signal: AbortSignal },
  ): AsyncGenerator<Said, void, undefined>
}

export const createConverse = (options: { exchange: Exchange; clock: Clock }): Converse => {
  const { exchange, clock } = options

  const askOnce = async (target: Target, ask: Ask, signal: AbortSignal): Promise<Answer> => {
    for await (const answer of exchange(target, ask, { signal })) return answer
    throw invalidAnswer(target.agent, 'it is empty.')
  }

  /** Most streams end with their last event: waiting for that keeps the connection for the next call. */
  const letEnd = async (answers: AsyncGenerator<Answer>, leaving: AbortController): Promise<'told'> => {
    const end = answers.next().catch(() => undefined)
    await Promise.race([end, clock.sleep(END_MS, leaving.signal)])
    leaving.abort(ABORTED)
    await end
    return 'told'
  }

  type Talk = Target & { ask: Ask; watch: TaskWatch; signal: AbortSignal }

  /** @returns whether the agent has no streams after all. */
  async function* stream(talk: Talk): AsyncGenerator<Said, 'told' | 'no stream', undefined> {
    const { agent, ask, watch, signal } = talk
    const streamed: Ask = ask.operation === 'send' ? { ...ask, operation: 'stream' } : ask
    const leaving = new AbortController()
    const answers = exchange(talk, streamed, { signal: AbortSignal.any([signal, leaving.signal]) })
    try {
      for await (const answer of answers) {
        yield watch.read(answer)
        if (answer.whole) return 'told'
        if (watch.hasEnded()) return await letEnd(answers, leaving)
      }
    } catch (error) {
      if (!watch.hasBegun() && isNoStream(error, ask)) return 'no stream'
      throw error
    }
    throw brokeOff(agent, 'its stream ended before the task did.')
  }

  async function* poll(talk: Talk): AsyncGenerator<Said, void, undefined> {
    const { agent, endpoint, ask, watch, signal } = talk
    const taskId = watch.taskId()
    if (taskId === undefined) throw invalidAnswer(agent, 'it names no task.')
    const params = withTenant(JSON.stringify({ id: taskId }), endpoint.tenant)
    const get: Ask = { ...ask, operation: 'get', params }
    const getTask = async (): Promise<string> => (await askOnce(talk, get, signal)).text
    yield* pollTask({ watch, getTask, shape: shapeOf(endpoint.dialect), clock, signal })
  }

  const tell: Converse['tell'] = async function* (target, ask, { taskId, signal }) {
    const { agent, endpoint } = target
    const watch = watchTask(agent, shapeOf(endpoint.dialect), taskId)
    const talk: Talk = { ...target, ask, watch, signal }
    const hasStream = endpoint.streaming && (!endpoint.isSeed || hasSeedPath(ask.operation))
    const streamed = hasStream ? yield* stream(talk) : 'no stream'
    if (streamed === 'no stream' && ask.operation !== 'subscribe')
      yield watch.read(await askOnce(target, toSend(ask, endpoint), signal))
    if (!watch.hasEnded()) yield* poll(talk)
  }

  return { ask: askOnce, tell }
}

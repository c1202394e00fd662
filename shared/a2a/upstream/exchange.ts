import type { Clock } from '../../kernel/clock.ts'
import type { Agent } from '../../registry/agent.ts'
import { timedOut, toFailure } from './agent-trouble.ts'
import type { RunInCircuit } from './agent-circuits.ts'
import { type Ask, buildRequest, rpcIdOf } from './build-request.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import type { Endpoint } from './find-endpoint.ts'
import { type Answer, readAnswer } from './read-answer.ts'
import type { SendToAgent } from './send-to-agent.ts'
import { ABORTED } from '../../kernel/aborted.ts'

/** Asks an agent over HTTP and yields what it answers; the first must come in time. Ends the request when it is returned. @throws A2aFailure */
export type Exchange = (
  target: { agent: Agent; endpoint: Endpoint },
  ask: Ask,
  options: { signal: AbortSignal },
) => AsyncGenerator<Answer, void, undefined>

export const createExchange = (options: {
  send: SendToAgent
  clock: Clock
  /** Of one answer, and of one event of a stream. */
  maxMessageBytes: number
  runInCircuit: RunInCircuit
}): Exchange => {
  const { send, clock, maxMessageBytes: maxBytes, runInCircuit } = options

  async function* run(
    { agent, endpoint }: { agent: Agent; endpoint: Endpoint },
    ask: Ask,
    { deadline, timeoutMs }: { deadline: Deadline; timeoutMs: number },
  ): AsyncGenerator<Answer, void, undefined> {
    const { signal } = deadline
    const { credentials } = ask
    const response = await send(agent, buildRequest(endpoint, ask), { signal, timeoutMs, credentials })
    const reader = { agent, dialect: endpoint.dialect, id: rpcIdOf(endpoint, ask), maxBytes }
    for await (const answer of readAnswer(reader, response)) {
      deadline.meet()
      yield answer
    }
  }

  const exchange: Exchange = async function* (target, ask, { signal }) {
    const done = new AbortController()
    const seconds = ask.timeoutSeconds ?? target.agent.timeoutSeconds
    const timeoutMs = seconds * 1000
    const deadline = startDeadline({ clock, ms: timeoutMs, signal: AbortSignal.any([signal, done.signal]) })
    try {
      yield* run(target, ask, { deadline, timeoutMs })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw deadline.passed() ? timedOut(target.agent, seconds, error) : toFailure(target.agent, error)
    } finally {
      deadline.meet()
      done.abort(ABORTED)
    }
  }

  return async function* (target, ask, call) {
    const answers = exchange(target, ask, call)
    try {
      // The first answer, or none, tells how the agent fares.
      let next = await runInCircuit(target.agent, () => answers.next())
      while (!next.done) {
        yield next.value
        next = await answers.next()
      }
    } finally {
      await answers.return()
    }
  }
}

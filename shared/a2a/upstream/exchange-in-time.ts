import { ABORTED } from '../../kernel/aborted.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Agent } from '../../registry/agent.ts'
import type { RunInCircuit } from './agent-circuits.ts'
import { timedOut, toFailure } from './agent-trouble.ts'
import type { Ask } from './build-request.ts'
import { startDeadline } from './deadline.ts'
import type { Endpoint } from './find-endpoint.ts'
import type { Answer } from './read-answer.ts'

/** Asks an agent and yields what it answers; the first must come in time. Ends the request when it is returned. @throws A2aFailure */
export type Exchange = (
  target: { agent: Agent; endpoint: Endpoint },
  ask: Ask,
  options: { signal: AbortSignal },
) => AsyncGenerator<Answer, void, undefined>

/** One way to ask agents. Throws when the signal is aborted; it is when there is no first answer within `timeoutMs`. */
export type Talk = (
  target: { agent: Agent; endpoint: Endpoint },
  ask: Ask,
  options: { signal: AbortSignal; timeoutMs: number },
) => AsyncGenerator<Answer, void, undefined>

/** An exchange by some way to talk: with a deadline for the first answer, and no call of an agent that keeps failing. */
export const createExchangeInTime = (options: {
  talk: Talk
  clock: Clock
  runInCircuit: RunInCircuit
}): Exchange => {
  const { talk, clock, runInCircuit } = options

  const exchange: Exchange = async function* (target, ask, { signal }) {
    const done = new AbortController()
    const seconds = ask.timeoutSeconds ?? target.agent.timeoutSeconds
    const timeoutMs = seconds * 1000
    const deadline = startDeadline({ clock, ms: timeoutMs, signal: AbortSignal.any([signal, done.signal]) })
    try {
      for await (const answer of talk(target, ask, { signal: deadline.signal, timeoutMs })) {
        deadline.meet()
        yield answer
      }
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

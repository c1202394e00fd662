import type { Clock } from '../../kernel/clock.ts'
import type { RunInCircuit } from './agent-circuits.ts'
import { buildRequest, rpcIdOf } from './build-request.ts'
import { createExchangeInTime, type Exchange, type Talk } from './exchange-in-time.ts'
import { readAnswer } from './read-answer.ts'
import type { SendToAgent } from './send-to-agent.ts'

/** Asks agents over HTTP. */
export const createExchange = (options: {
  send: SendToAgent
  clock: Clock
  /** Of one answer, and of one event of a stream. */
  maxMessageBytes: number
  runInCircuit: RunInCircuit
}): Exchange => {
  const { send, clock, maxMessageBytes: maxBytes, runInCircuit } = options

  const talk: Talk = async function* ({ agent, endpoint }, ask, { signal, timeoutMs }) {
    const { credentials } = ask
    const response = await send(agent, buildRequest(endpoint, ask), { signal, timeoutMs, credentials })
    const reader = { agent, dialect: endpoint.dialect, id: rpcIdOf(endpoint, ask), maxBytes }
    yield* readAnswer(reader, response)
  }

  return createExchangeInTime({ talk, clock, runInCircuit })
}

import { A2A_CAPABILITY } from '../../../contract/signaling/exec-args.ts'
import type { Clock } from '../../../kernel/clock.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import type { Agent } from '../../../registry/agent.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../../registry/connected-agents.ts'
import { a2aFailure } from '../../a2a-failure.ts'
import { methodOf } from '../../dialect/methods.ts'
import { brokeOff } from '../agent-trouble.ts'
import type { Ask } from '../build-request.ts'
import type { Talk } from '../exchange-in-time.ts'
import { travellingHeaders } from '../travelling-headers.ts'
import type { ExecReply, ExecRequest, Execute } from './execute.ts'
import { readReply, SPOKEN } from './read-reply.ts'
import { requireConnected } from './require-connected.ts'
import { GRACE_MS, watchPresence } from './watch-presence.ts'

const takesNoCalls = ({ id }: Agent): Error =>
  a2aFailure(
    'UNSUPPORTED_OPERATION',
    `The agent "${id}" takes no A2A calls: it has registered without the capability "${A2A_CAPABILITY}". Have it register with that capability and answer EXEC_REQUESTs, or speak to it peer to peer.`,
  )

const toRequest = ({ operation, params, headers }: Ask, timeoutMs: number): ExecRequest => ({
  method: methodOf(operation, SPOKEN.version) ?? operation,
  params,
  headers: travellingHeaders(headers, SPOKEN.version),
  stream: operation === 'stream' || operation === 'subscribe',
  timeoutMs,
})

const notHandedOver = ({ id }: Agent, error: unknown): unknown => {
  if (!(error instanceof GatewayError)) return error
  if (error.code === 'payload_too_large') return a2aFailure('TOO_LARGE', error.message, { cause: error })
  if (error.code === 'bad_request') return a2aFailure('INVALID_PARAMS', error.message, { cause: error })
  const message = `The call could not be handed to the agent "${id}": ${error.message}`
  return a2aFailure('GATEWAY_UNAVAILABLE', message, { cause: error })
}

const GONE = `its connection is gone and did not come back, or came back in silence, for ${GRACE_MS / 1000} s.`

/** Asks connected agents over their sockets. */
export const createTalkOverSocket = (options: {
  execute: Execute
  connected: Pick<ConnectedAgents, 'find'>
  clock: Clock
  /** Of one answer. */
  maxMessageBytes: number
}): Talk => {
  const { execute, connected, clock, maxMessageBytes: maxBytes } = options

  async function* ask(
    agent: ConnectedAgent,
    request: ExecRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ExecReply, void, undefined> {
    try {
      yield* execute(agent.did, request, { signal })
    } catch (error) {
      throw notHandedOver(agent, error)
    }
  }

  return async function* ({ agent: { id } }, what, { signal, timeoutMs }) {
    const agent = await requireConnected(connected, id)
    if (!agent.capabilities.includes(A2A_CAPABILITY)) throw takesNoCalls(agent)
    const request = toRequest(what, timeoutMs)
    const { stream } = request
    const presence = watchPresence({ connected, agent, clock, signal })
    try {
      for await (const reply of ask(agent, request, presence.signal)) {
        presence.hear()
        const answer = readReply(reply, { agent, stream, maxBytes })
        if (answer !== undefined) yield answer
        if (reply.status === 'completed') return
      }
      signal.throwIfAborted()
      throw brokeOff(agent, presence.isGone() ? GONE : 'its answers are no longer kept.')
    } finally {
      presence.stop()
    }
  }
}

import type { Dialect, Said } from '../contract/a2a/dialect.ts'
import type { Operation } from '../contract/a2a/operation.ts'
import type { Agent } from '../registry/agent.ts'

/** A call of an agent, wherever the agent is. */
export type AgentCall = {
  agentId: string
  operation: Operation
  /** How the client speaks. `params` are in the shape of this dialect. */
  dialect: Dialect
  /**
   * The params of the operation as JSON text, untouched: `params` of JSON-RPC, the body of REST; for operations that
   * REST puts into path and query, an object of them (`{"id":"…","historyLength":3}`).
   */
  params: string
  /** The client's JSON-RPC id as it was written: an agent of the seed gets the body that was sent. */
  id?: string
  /** What travels: lower-case names of the allow-list (A2A-*, traceparent, accept, content-type, x-from-agent). */
  headers: Readonly<Record<string, string>>
  /** The client's own credentials for an agent with `auth.type: passthrough`, else absent. */
  credentials?: string
}

/** One thing an agent says to a call: `event` for send, stream and subscribe; one `result` for every other operation. */
export type AgentItem = { kind: 'event'; said: Said } | { kind: 'result'; said: Said }

/**
 * Calls an agent over HTTP. Speaks the agent's dialect, so that the caller need not; events are StreamResponses, and the
 * sequence ends when the task reaches a terminal or interrupted state.
 * - `send` to an agent that streams is forwarded as a stream; `stream` to one that cannot is emulated.
 * @throws A2aFailure the agent's own error, or AGENT_UNAVAILABLE (not called), AGENT_FAILED, TIMEOUT.
 */
export type CallAgent = (
  agent: Agent,
  call: AgentCall,
  options: { signal: AbortSignal },
) => AsyncGenerator<AgentItem, void, undefined>

import { a2aFailure } from '../a2a-failure.ts'
import type { A2aRequest } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'

/** Counts the gateways that a call has passed: an agent may be registered under the address of a gateway. */
const HOPS_HEADER = 'a2a-gateway-hops'

/** The call that a request asks for. @throws A2aFailure when it has passed too many gateways. */
export const toCall = (request: A2aRequest, maxHops: number): AgentCall => {
  const { agentId, operation, dialect, params, id, headers, credentials } = request
  const hops = /^\d+$/.test(headers[HOPS_HEADER] ?? '') ? Number(headers[HOPS_HEADER]) : 0
  if (hops >= maxHops) {
    throw a2aFailure(
      'INVALID_REQUEST',
      `The request has passed ${hops} gateways. Look whether an agent is registered under the address of a gateway.`,
    )
  }
  return {
    agentId,
    operation,
    dialect,
    params,
    headers: { ...headers, [HOPS_HEADER]: String(hops + 1) },
    ...(id === undefined ? {} : { id }),
    ...(credentials === undefined ? {} : { credentials }),
  }
}

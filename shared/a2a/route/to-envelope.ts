import { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import type { A2aRequest } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import { methodOf } from '../dialect/methods.ts'
import type { Session } from '../sessions/session.ts'

const STREAMS = new Set(['stream', 'subscribe'])

/** The envelope of a call, as far as its session says what is in it. */
export const toEnvelope = (
  session: Session,
  { now, ...members }: Partial<MessageEnvelope> & { now: number },
): MessageEnvelope =>
  MessageEnvelope.parse({
    to_agent: session.agentId,
    from_agent: session.subject,
    correlation_id: session.correlationId,
    from_proxy: session.fromProxy,
    to_proxy: session.toProxy,
    epoch: session.epoch,
    redrive_of: session.redriveOf,
    operation: session.operation,
    is_stream: STREAMS.has(session.operation),
    timestamp: now,
    ...members,
  })

/** What sealed credentials are good for: one call. */
export const credentialsContext = (correlationId: string): string => `credentials:${correlationId}`

/** The payload of a request: JSON-RPC around the client's own params, which stay as they were written. */
export const payloadOf = (request: A2aRequest, call: AgentCall): string =>
  jsonObject([
    ['jsonrpc', '"2.0"'],
    ['id', request.id ?? 'null'],
    ['method', JSON.stringify(methodOf(call.operation, call.dialect.version) ?? call.operation)],
    ['params', call.params],
  ])

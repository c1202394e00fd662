import type { Clock } from '../../kernel/clock.ts'
import { hashText } from '../../kernel/ids.ts'
import type { Agent } from '../../registry/agent.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { A2aRequest } from '../a2a-request.ts'
import type { IdempotencyStore } from '../sessions/idempotency-store.ts'
import type { FoundSession, SessionStore } from '../sessions/session-store.ts'
import type { Session } from '../sessions/session.ts'

/** `known`: the request is the repetition of one whose session is there already. */
export type OpenedSession = { found: FoundSession; known: boolean }

export type OpenSession = (
  request: A2aRequest,
  agent: Agent,
  members: Pick<Session, 'taskStream' | 'taskId'> & { idempotencyKey?: string | undefined },
) => Promise<OpenedSession>

/**
 * Opens the session of a request: its claim too when this deployment hosts the agent.
 * @throws A2aFailure IDEMPOTENCY_CONFLICT when the key was used for another request.
 */
export const createOpenSession = (options: {
  sessions: SessionStore
  idempotency: IdempotencyStore
  /** Hears of the log that the call will have: the session files it for the sweep when its own time is over. */
  expectStream(stream: string): void
  clock: Clock
  createId: () => string
  proxyId: string
  /** Names this process. */
  holder: string
  leaseMs: number
}): OpenSession => {
  const { sessions, clock, proxyId } = options

  const newSession = (request: A2aRequest, agent: Agent, correlationId: string): Session => {
    const now = clock.now()
    const isHere = agent.proxyId === proxyId
    return {
      correlationId,
      agentId: agent.id,
      operation: request.operation,
      subject: request.subject,
      toProxy: agent.proxyId,
      fromProxy: proxyId,
      state: 'active',
      createdAt: now,
      lastActivity: now,
      epoch: 1,
      ...(isHere ? { holder: options.holder, leaseUntil: now + options.leaseMs } : {}),
    }
  }

  /** The correlation id of the request: that of the first request with the same key. */
  const correlate = async (request: A2aRequest, key: string | undefined): Promise<string> => {
    const correlationId = options.createId()
    if (key === undefined) return correlationId
    const { subject, agentId, operation, params } = request
    const bodyHash = hashText(`${operation}\n${params}`)
    const earlier = await options.idempotency.claim({ subject, agentId, key, bodyHash, correlationId })
    if (earlier === undefined) return correlationId
    if (earlier.bodyHash === bodyHash) return earlier.correlationId
    throw a2aFailure(
      'IDEMPOTENCY_CONFLICT',
      'This Idempotency-Key was used before, with another body. Use a new key for a new request.',
    )
  }

  return async (request, agent, { idempotencyKey, ...members }) => {
    const correlationId = await correlate(request, idempotencyKey)
    const session = { ...newSession(request, agent, correlationId), ...members }
    const version = await sessions.create(session)
    if (version !== undefined) options.expectStream(correlationId)
    if (version !== undefined) return { found: { session, version }, known: false }
    const found = await sessions.get(correlationId)
    return { found: found ?? { session, version: '' }, known: true }
  }
}

import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import type { Clock } from '../../kernel/clock.ts'
import { jsonMembers } from '../../kernel/json-members.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Agent } from '../../registry/agent.ts'
import type { AgentRegistry } from '../../registry/agent-registry.ts'
import { type A2aFailure, A2aFailure as Failure, a2aFailure } from '../a2a-failure.ts'
import type { AgentCall } from '../agent-call.ts'
import type { MessagePublisher } from '../bus/message-publisher.ts'
import type { TaskLog } from '../log/task-log.ts'
import { decideClaim, REPEATABLE } from '../sessions/decide-claim.ts'
import { holdClaim } from '../sessions/hold-claim.ts'
import type { FoundSession, SessionStore } from '../sessions/session-store.ts'
import { createTakeClaim } from '../sessions/take-claim.ts'
import type { RunCall } from './run-call.ts'
import { createTellLife } from './tell-life.ts'
import { credentialsContext } from './to-envelope.ts'

/** A request that came over the bus, for an agent that this deployment hosts. */
export type HostedRequest = { envelope: MessageEnvelope; payload: string }

/**
 * Makes the call of a request from the bus, at most once, however often the request comes. Resolves when the call has
 * ended and everything is handed on, or when nothing is left to do.
 * @throws GatewayError when the storage or the bus does not answer: the request must come again.
 */
export type HostRequest = (request: HostedRequest) => Promise<void>

export type HostRequestOptions = {
  runCall: RunCall
  registry: Pick<AgentRegistry, 'getAgent'>
  sessions: SessionStore
  /** Where answers go: into our own log, or over the bus. */
  sinkFor(proxyId: string): TaskLog
  publisher: MessagePublisher
  /** Opens the sealed credentials of a client (shared/kernel/seal.ts). @throws */
  open(sealed: string, context: string): string
  clock: Clock
  log: Log
  proxyId: string
  holder: string
  leaseMs: number
  /** How long what a short call says waits to become one message. */
  lingerMs: number
  /** How long the deployment that asked takes silence for a call that goes on. */
  idleMs: number
}

/** Signs of life in that time: two of them may be late. */
const SIGNS_PER_IDLE_TIME = 3

const outcomeUnknown = (): A2aFailure =>
  a2aFailure(
    'OUTCOME_UNKNOWN',
    'The gateway was interrupted after it had called the agent and before the agent named a task. Whether the call took effect is not known; it was not repeated. Ask the agent, then send again if needed.',
  )

const expired = (): A2aFailure =>
  a2aFailure(
    'TIMEOUT',
    'The request reached the deployment of its agent too late; the agent was not called. Send it again.',
  )

const notHosted = (agentId: string, proxyId: string): A2aFailure =>
  a2aFailure(
    'AGENT_UNAVAILABLE',
    `The deployment "${proxyId}" does not host the agent "${agentId}". Correct its proxyId in the agent registry of the deployment that asked.`,
  )

const sealedElsewhere = (proxyId: string): A2aFailure =>
  a2aFailure(
    'AGENT_UNAVAILABLE',
    `The deployment "${proxyId}" cannot open the credentials that came with the request; the agent was not called. Set the same AGENT_GATEWAY_SECRET_KEY in both deployments, or name the other's in AGENT_GATEWAY_SECRET_KEY_PREVIOUS.`,
  )

const toCall = ({ envelope, payload }: HostedRequest, open: HostRequestOptions['open']): AgentCall => {
  const { operation, dialect, headers, credentials } = envelope
  const { params = '{}', id } = Object.fromEntries(jsonMembers(payload))
  return {
    agentId: envelope.to_agent,
    operation,
    dialect,
    params,
    headers,
    ...(id === undefined ? {} : { id }),
    ...(credentials === undefined
      ? {}
      : { credentials: open(credentials, credentialsContext(envelope.correlation_id)) }),
  }
}

/** The call that is asked for; undefined when the credentials in it were sealed under a key that is not known here. */
const readCall = (request: HostedRequest, open: HostRequestOptions['open']): AgentCall | undefined => {
  try {
    return toCall(request, open)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_configured') return undefined
    throw error
  }
}

export const createHostRequest = (options: HostRequestOptions): HostRequest => {
  const { runCall, registry, sessions, sinkFor, publisher, clock, log, proxyId, holder, leaseMs } = options

  const take = createTakeClaim({ sessions, clock, proxyId, holder, leaseMs })

  const refuse = async (request: HostedRequest, found: FoundSession, error: A2aFailure): Promise<void> => {
    const { session } = found
    const place = { epoch: session.epoch, sequence: 0 }
    await sinkFor(request.envelope.from_proxy).write(
      session,
      [{ kind: 'failure', error: error.value }],
      place,
    )
    await sessions.set({ ...session, state: 'failed', leaseUntil: 0 }, found.version)
  }

  const run = async (
    request: HostedRequest,
    found: FoundSession,
    { agent, call, resumes }: { agent: Agent; call: AgentCall; resumes: boolean },
  ): Promise<void> => {
    const everyMs = options.idleMs / SIGNS_PER_IDLE_TIME
    const onRenew = createTellLife({ publisher, clock, proxyId, everyMs })
    const claim = holdClaim({ sessions, found, clock, log, leaseMs, onRenew })
    try {
      const sink = sinkFor(request.envelope.from_proxy)
      const linger = call.operation === 'send' ? { lingerMs: options.lingerMs } : {}
      await runCall({ claim, agent, call, sink, resumes, ...linger })
    } catch (error) {
      // The asking side was told.
      if (!(error instanceof Failure)) throw error
    }
  }

  /** Looks after a call later. Who goes on with a task needs only its name; the payload is for what is made again. */
  const lookAgain = ({ envelope, payload }: HostedRequest, delayMs: number): Promise<void> =>
    REPEATABLE.has(envelope.operation)
      ? publisher.publishRequest(envelope, payload, { delayMs })
      : publisher.publishRequest({ ...envelope, guard: true }, '{}', { delayMs })

  return async (request) => {
    const { envelope } = request
    const now = clock.now()
    const found = await sessions.get(envelope.correlation_id)
    const decision = decideClaim(found?.session, { now, deadline: envelope.timestamp + envelope.ttl })
    if (decision === 'done' || (envelope.guard && decision === 'begin')) return
    if (decision === 'wait') {
      const delayMs = Math.max(leaseMs, (found?.session.leaseUntil ?? 0) - now)
      return lookAgain(request, delayMs)
    }
    const taken = await take(envelope, found)
    if (taken === undefined) return lookAgain(request, leaseMs)
    if (decision === 'expired') return refuse(request, taken, expired())
    if (decision === 'lost') return refuse(request, taken, outcomeUnknown())
    const agent = await registry.getAgent(envelope.to_agent)
    if (agent?.proxyId !== proxyId) return refuse(request, taken, notHosted(envelope.to_agent, proxyId))
    const call = readCall(request, options.open)
    if (call === undefined) return refuse(request, taken, sealedElsewhere(proxyId))
    return run(request, taken, { agent, call, resumes: decision === 'resume' })
  }
}

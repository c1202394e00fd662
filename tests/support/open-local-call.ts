import { randomUUID } from 'node:crypto'
import { createCallHere } from '../../shared/a2a/route/call-here.ts'
import { createHostRequest } from '../../shared/a2a/route/host-request.ts'
import { createRunCall } from '../../shared/a2a/route/run-call.ts'
import { toEnvelope } from '../../shared/a2a/route/to-envelope.ts'
import type { Session } from '../../shared/a2a/sessions/session.ts'
import { createLog } from '../../shared/kernel/log.ts'
import { testAgent } from '../fixtures/test-agent.ts'
import { type CallsBench, IDLE_MS, LEASE_MS, openCalls } from './open-calls.ts'
import { createTalkingAgent, type Fate } from './open-relay.ts'
import { testSealing } from './test-sealing.ts'

export type LocalCall = {
  a: CallsBench
  agent: { sends: number }
  session: Session
  /** Makes the call in a process of the deployment that hosts the agent; resolves when its client has heard all. */
  make(fate: Fate): Promise<void>
  /** Works on a reminder of the call in another process. */
  remind(session: Session, fate: Fate): Promise<void>
}

/** A call of an agent that the asked deployment hosts itself. */
export const openLocalCall = async (connectionString: string): Promise<LocalCall> => {
  const a = openCalls(connectionString)
  const { agent, callAgent } = createTalkingAgent()
  const { clock, sessions } = a
  const log = createLog({ level: 'error', clock, write: () => undefined })
  const registered = testAgent('echo', { proxyId: 'a' })
  const session = await a.begin({
    operation: 'stream',
    toProxy: 'a',
    holder: 'first',
    leaseUntil: clock.now() + LEASE_MS,
  })
  const found = await sessions.get(session.correlationId)
  if (found === undefined) throw new Error('The session is gone.')

  const partsOf = (fate: Fate) => ({
    runCall: createRunCall({ callAgent: callAgent(fate), clock, log, maxPendingBytes: 1 }),
    sessions: fate.wrap(sessions),
    clock,
    log,
    leaseMs: LEASE_MS,
    lingerMs: 0,
  })
  const call = {
    agentId: 'echo',
    operation: 'stream',
    dialect: { version: '1.0', binding: 'jsonrpc' },
    params: '{}',
    headers: {},
  } as const

  return {
    a,
    agent,
    session,
    make: async (fate) => {
      const callHere = createCallHere({
        ...partsOf(fate),
        taskLog: a.openLog(fate.wrap),
        guard: async () => undefined,
      })
      const { signal } = new AbortController()
      const request = { ...call, httpPath: '', subject: 'ann', signal, waitUntil: () => undefined }
      const events = callHere({ request, agent: registered, call, found })
      while ((await events.next()).done !== true);
    },
    remind: (reminded, fate) =>
      createHostRequest({
        ...partsOf(fate),
        registry: { getAgent: async () => registered },
        sinkFor: () => a.openLog(fate.wrap),
        publisher: { publishRequest: async () => undefined, publishResponses: async () => undefined },
        open: testSealing.open,
        proxyId: 'a',
        holder: randomUUID(),
        idleMs: IDLE_MS,
      })({ envelope: toEnvelope(reminded, { now: clock.now(), guard: true }), payload: '{}' }),
  }
}

import { randomUUID } from 'node:crypto'
import { type A2aErrorValue, a2aFailure } from '../../shared/a2a/a2a-failure.ts'
import type { AgentItem, CallAgent } from '../../shared/a2a/agent-call.ts'
import type { BusResponse } from '../../shared/a2a/bus/bus-response.ts'
import type { MessagePublisher } from '../../shared/a2a/bus/message-publisher.ts'
import { foldEvents } from '../../shared/a2a/dialect/fold-events.ts'
import { createCollectResponse } from '../../shared/a2a/route/collect-response.ts'
import { createHostRequest } from '../../shared/a2a/route/host-request.ts'
import { createPublishSink } from '../../shared/a2a/route/publish-sink.ts'
import { createRunCall } from '../../shared/a2a/route/run-call.ts'
import { toEnvelope } from '../../shared/a2a/route/to-envelope.ts'
import type { MessageEnvelope } from '../../shared/contract/a2a/envelope.ts'
import type { Session } from '../../shared/a2a/sessions/session.ts'
import { createLog } from '../../shared/kernel/log.ts'
import { Killed } from './create-mortal.ts'
import { type CallsBench, IDLE_MS, LEASE_MS, openCalls } from './open-calls.ts'
import { testAgent } from '../fixtures/test-agent.ts'
import { testSealing } from './test-sealing.ts'

/** Wraps what a process reaches outside of itself, so that a test decides how long it lives. */
export type Fate = { wrap<Target extends object>(target: Target): Target }

export const immortal: Fate = { wrap: (target) => target }

const said = (value: unknown): AgentItem => ({ kind: 'event', said: { text: JSON.stringify(value) } })
const artifact = (taskId: string, text: string): AgentItem =>
  said({
    artifactUpdate: {
      taskId,
      contextId: 'c',
      artifact: { artifactId: 'r', parts: [{ text }] },
      append: true,
    },
  })

const script = (taskId: string): AgentItem[] => [
  said({ task: { id: taskId, contextId: 'c', status: { state: 'TASK_STATE_WORKING' } } }),
  ...['one ', 'two ', 'three'].map((text) => artifact(taskId, text)),
  said({ statusUpdate: { taskId, contextId: 'c', status: { state: 'TASK_STATE_COMPLETED' } } }),
]

/** An agent that goes on when nobody listens: it says one thing more each time that somebody hears the last one. */
export const createTalkingAgent = () => {
  const items = script(`task-${randomUUID()}`)
  let spoken = 0
  const agent = { sends: 0 }
  const snapshot = () => foldEvents(items.slice(0, spoken).map((item) => item.said.text)).task

  const callAgent = ({ wrap }: Fate): CallAgent => {
    const line = wrap({
      send: async () => void agent.sends++,
      next: async () => items[spoken++],
      subscribe: async (): Promise<AgentItem> => {
        if (spoken < items.length) return said({ task: snapshot() })
        throw a2aFailure('UNSUPPORTED_OPERATION', 'The task has ended.')
      },
      get: async (): Promise<AgentItem> => ({ kind: 'result', said: { text: JSON.stringify(snapshot()) } }),
    })
    return async function* (_agent, { operation }) {
      if (operation === 'get') return yield await line.get()
      if (operation === 'subscribe') yield await line.subscribe()
      else await line.send()
      for (let item = await line.next(); item !== undefined; item = await line.next()) yield item
    }
  }
  return { agent, callAgent }
}

/** How long a request is worth doing: longer than some leases. */
export const TTL_MS = 50 * LEASE_MS

type Request = { envelope: MessageEnvelope; payload: string }

export type Relay = {
  a: CallsBench
  b: CallsBench
  agent: { sends: number }
  session: Session
  /** What is on the bus, oldest first. */
  requests: Request[]
  responses: BusResponse[]
  /** Works on a request of the bus in a process of the hosting deployment. */
  host(request: Request, fate: Fate): Promise<void>
  /** A process of the asking deployment, which works on responses. */
  collector(fate: Fate): (response: BusResponse) => Promise<void>
  /** What has become of the call, as a viewer sees it. */
  outcome(): Promise<Outcome>
}

/** How a log ended: with all that the agent said, or with the reason why not. */
export type Outcome = { outcome: string | undefined; texts: string; reason: A2aErrorValue['reason'] }

export const readOutcome = async (
  { store, readEntries }: CallsBench,
  { correlationId: stream }: Session,
): Promise<Outcome> => {
  const state = (await store.read(stream))?.value
  const entries = await readEntries(stream)
  const events = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.said.text] : []))
  const [failure] = entries.flatMap((entry) => (entry.kind === 'failure' ? [entry.error] : []))
  const { task } = foldEvents(events)
  const parts = JSON.stringify(task?.['artifacts'] ?? []).match(/one |two |three/g) ?? []
  return { outcome: state?.outcome, texts: parts.join(''), reason: failure?.reason }
}

/** Deployment `a` has asked deployment `b` to send a message: two processes, real stores, and a bus between them. */
export const openRelay = async (connectionString: string): Promise<Relay> => {
  const [a, b] = [openCalls(connectionString), openCalls(connectionString)]
  const { agent, callAgent } = createTalkingAgent()
  const { clock } = b
  const log = createLog({ level: 'error', clock, write: () => undefined })
  const requests: Request[] = []
  const responses: BusResponse[] = []
  const publisher: MessagePublisher = {
    publishRequest: async (envelope, payload) => void requests.push({ envelope, payload }),
    publishResponses: async (given) => void responses.push(...given),
  }
  const session = await a.begin({ operation: 'stream' })
  const dialect = { version: '1.0', binding: 'jsonrpc' } as const
  requests.push({
    envelope: toEnvelope(session, { now: clock.now(), ttl: TTL_MS, dialect }),
    payload: '{"jsonrpc":"2.0","id":1,"method":"SendStreamingMessage","params":{}}',
  })

  return {
    a,
    b,
    agent,
    session,
    requests,
    responses,
    host: (request, { wrap }) => {
      const bus = wrap(publisher)
      return createHostRequest({
        runCall: createRunCall({ callAgent: callAgent({ wrap }), clock, log, maxPendingBytes: 1 }),
        registry: wrap({ getAgent: async () => testAgent('echo', { proxyId: 'b' }) }),
        sessions: wrap(b.sessions),
        sinkFor: () => createPublishSink({ publisher: bus, clock, proxyId: 'b' }),
        publisher: bus,
        open: testSealing.open,
        clock,
        log,
        proxyId: 'b',
        holder: randomUUID(),
        leaseMs: LEASE_MS,
        lingerMs: 0,
        idleMs: IDLE_MS,
      })(request)
    },
    collector: ({ wrap }) =>
      createCollectResponse({
        sessions: wrap(a.sessions),
        taskLog: a.openLog(wrap),
        receiveNotification: async () => undefined,
        clock: a.clock,
        log,
      }),
    outcome: () => readOutcome(a, session),
  }
}

/** Whether a process died while it worked. */
export const dies = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    (error: unknown) => {
      if (error instanceof Killed) return true
      throw error
    },
  )

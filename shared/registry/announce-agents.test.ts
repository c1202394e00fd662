import { expect, test } from 'vitest'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { AgentEvent } from '../contract/agent-event.ts'
import { type Announcement, type AnnounceAgents, createAnnounceAgents } from './announce-agents.ts'
import type { ConnectedAgent } from './connected-agents.ts'
import { toConnectedAgent } from './to-connected-agent.ts'

const DID = 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z'
const AT = Date.UTC(2026, 10, 20)

const connectedAgent = (generation = AT, name?: string): ConnectedAgent =>
  toConnectedAgent(
    { did: DID, connectionId: 'c1', capabilities: ['a2a'], ...(name === undefined ? {} : { name }) },
    { generation, now: AT, proxyId: 'here', timeoutSeconds: 30 },
  )

const open = (): {
  announce: AnnounceAgents
  clock: ReturnType<typeof createManualClock>
  sent: Announcement[]
  events: () => AgentEvent[]
} => {
  const sent: Announcement[] = []
  const clock = createManualClock(AT)
  const announce = createAnnounceAgents({ send: async (message) => void sent.push(message), clock })
  const events = (): AgentEvent[] =>
    sent.map(({ body }) => AgentEvent.parse(JSON.parse(Buffer.from(body).toString('utf8'))))
  return { announce, clock, sent, events }
}

test('an agent that registers is announced, and that it is healthy now', async () => {
  const { announce, sent, events } = open()
  const agent = connectedAgent(AT, 'Ada')
  await announce.registration(agent, undefined)
  expect(sent.map(({ sessionId, contentType }) => [sessionId, contentType])).toEqual([
    ['agents', 'application/json'],
    ['agents', 'application/json'],
  ])
  const common = {
    task_id: 'agents',
    agent_id: DID,
    agent_name: 'Ada',
    source_agent: DID,
    correlation_id: `${DID}#${AT}`,
    timestamp: '2026-11-20T00:00:00.000Z',
  }
  expect(events()).toEqual([
    {
      ...common,
      id: expect.stringMatching(/^msg-.{43}$/),
      event_index: AT * 4,
      event_type: 'agent.registered',
      payload: {
        agent_id: DID,
        did: DID,
        name: 'Ada',
        capabilities: ['a2a'],
        reach: 'socket',
        generation: AT,
      },
    },
    {
      ...common,
      id: expect.stringMatching(/^msg-.{43}$/),
      event_index: AT * 4 + 1,
      event_type: 'agent.status_changed',
      payload: {
        agent_id: DID,
        status: 'healthy',
        previous_status: 'unreachable',
        did: DID,
        generation: AT,
      },
    },
  ])
})

test('one that only changes its connection stays healthy', async () => {
  const { announce, events } = open()
  await announce.registration(connectedAgent(AT + 1), connectedAgent())
  expect(events().map(({ event_type }) => event_type)).toEqual(['agent.registered'])
})

test('told again, later, a registration is the same events; another one is not', async () => {
  const { announce, clock, sent } = open()
  await announce.registration(connectedAgent(), undefined)
  clock.advance(5000)
  await announce.registration(connectedAgent(), undefined)
  expect(sent.slice(2)).toEqual(sent.slice(0, 2))
  await announce.registration(connectedAgent(AT + 1), undefined)
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(4)
})

test('an agent that is gone is announced with the reason, by an event of its own each time', async () => {
  const { announce, clock, sent, events } = open()
  await announce.registration(connectedAgent(), undefined)
  await announce.removal(connectedAgent(), 'disconnected')
  clock.advance(1)
  await announce.registration(connectedAgent(AT + 1), undefined)
  await announce.removal(connectedAgent(AT + 1), 'timeout')
  const gone = events().filter(({ payload }) => payload['status'] === 'unreachable')
  expect(gone.map(({ payload }) => payload)).toMatchObject([
    { previous_status: 'healthy', reason: 'disconnected', generation: AT },
    { previous_status: 'healthy', reason: 'timeout', generation: AT + 1 },
  ])
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(sent.length)
  expect(new Set(events().map(({ event_index }) => event_index)).size).toBe(sent.length)
})

test('an agent whose name is no valid Unicode is announced all the same', async () => {
  const { announce, events } = open()
  await announce.registration(connectedAgent(AT, '\ud800'), undefined)
  expect(events()[0]?.agent_name).toBe('\ufffd')
})

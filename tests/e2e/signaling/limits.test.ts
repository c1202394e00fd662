import { TableClient } from '@azure/data-tables'
import { describe, expect, test } from 'vitest'
import { createTestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { registerTestAgent } from '../../fixtures/signaling/connect-test-agent.ts'
import { openTestSocket, RefusedSocket, type TestSocket } from '../../fixtures/signaling/open-test-socket.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { readPage } from '../support/read-page.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { useCloud } from '../support/use-cloud.ts'
import { join, openSocket, socketUrl } from './support/join.ts'
import { findAgent, untilGone } from './support/read-agents.ts'
import { readLog } from './support/read-log.ts'

const CONNECTION_TIMEOUT_SECONDS = 20
const AGENT_TIMEOUT_SECONDS = 60
const MAX_CONNECTIONS = 6

const cloud = useCloud({
  layout: 'single',
  env: {
    CONNECTION_TIMEOUT: String(CONNECTION_TIMEOUT_SECONDS),
    AGENT_TIMEOUT: String(AGENT_TIMEOUT_SECONDS),
    MAX_CONNECTIONS: String(MAX_CONNECTIONS),
    AGENT_GATEWAY_SIGNALING__MESSAGES_PER_SECOND: '1',
    AGENT_GATEWAY_SIGNALING__MESSAGE_BURST: '5',
    AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0',
  },
})

const MINUTE_MS = 60_000

/** Writes into the row of an agent that it has been silent for some minutes. */
const silence = async (did: string, minutes: number): Promise<void> => {
  const table = TableClient.fromConnectionString(cloud().endpoints.storage, 'agents', {
    allowInsecureConnection: true,
  })
  const filter = `PartitionKey eq '${encodeURIComponent(did)}'`
  const lastActivity = new Date(Date.now() - minutes * MINUTE_MS).toISOString()
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities({ queryOptions: { filter } })) {
    await table.updateEntity({ partitionKey, rowKey, lastActivity }, 'Merge')
  }
}

const cleanUp = async (): Promise<void> => {
  const response = await fetch(`${cloud().url}/admin/functions/signaling_cleanup`, {
    method: 'POST',
    body: '{}',
  })
  expect(response.status).toBe(202)
}

/** What `/stream/agents` says of an agent. */
const toldOf = async (did: string): Promise<unknown[]> => {
  const { events } = await readPage(cloud(), 'agents')
  return events.filter(({ agent_id }) => agent_id === did)
}

/** What the log says of an agent, or of all connections that did not become one. */
const loggedOf = (did?: string): string[] =>
  readLog(cloud()).flatMap(({ message, agent_id, connection_id }) =>
    agent_id === did && connection_id !== undefined ? [message] : [],
  )

describe('limits', () => {
  test('an agent that fell silent is closed, removed and told about; one that is not stays', async () => {
    const [silent, present] = [await join(cloud()), await join(cloud())]
    await silence(silent.did, 10)
    await cleanUp()
    expect(await silent.closed).toMatchObject({
      code: 1000,
      reason: expect.stringContaining('AGENT_TIMEOUT'),
    })
    await untilGone(cloud(), silent.did)
    const told = await until('it is told', async () => {
      const events = await toldOf(silent.did)
      return events.length >= 3 && events
    })
    expect(told).toMatchObject([
      { event_type: 'agent.registered', source_agent: silent.did, payload: { did: silent.did } },
      { event_type: 'agent.status_changed', payload: { status: 'healthy' } },
      { event_type: 'agent.status_changed', payload: { status: 'unreachable', reason: 'timeout' } },
    ])
    await until('it is logged', () => loggedOf(silent.did).length >= 2)
    expect(loggedOf(silent.did)).toEqual(['An agent registered.', 'An agent was let go.'])
    expect(await findAgent(cloud(), present.did)).toBeDefined()
    expect((await present.settle()).type).toBe('PONG')
  })

  test('an agent whose end is never told is found out by the frames for it', async () => {
    const [sender, ghost] = [await join(cloud()), await join(cloud())]
    const disconnected = '/ws/events/disconnected'
    await cloud().controls.host.fault({ operation: 'http', target: disconnected, action: 'unavailable' })
    ghost.drop()
    await silence(ghost.did, 1)
    const offer = (): string => {
      const frame = sender.frame({ type: 'OFFER', to: ghost.did, payload: { sdp: 'x' } })
      sender.send(toWireJson(frame))
      return frame.id
    }
    offer()
    await untilGone(cloud(), ghost.did)
    expect(await sender.answer(offer())).toMatchObject({ payload: { code: 'UNKNOWN_AGENT' } })
  })

  test('what is announced has the form of an event, and comes and goes are told once each', async () => {
    const agent = await join(cloud(), { payload: { name: 'The Painter', capabilities: ['paint'] } })
    await agent.close()
    const told = await until('it is told', async () => {
      const events = await toldOf(agent.did)
      return events.length >= 3 && events
    })
    expect(told).toMatchObject([
      {
        id: expect.stringMatching(/^msg-/),
        timestamp: expect.any(String),
        event_type: 'agent.registered',
        source_agent: agent.did,
        correlation_id: expect.any(String),
        payload: { agent_id: agent.did, name: 'The Painter', capabilities: ['paint'] },
      },
      { event_type: 'agent.status_changed', payload: { status: 'healthy', previous_status: 'unreachable' } },
      {
        event_type: 'agent.status_changed',
        payload: { status: 'unreachable', previous_status: 'healthy', reason: 'disconnected' },
      },
    ])
  })

  test('a connection that sends too fast is told when it may send again, and stays', async () => {
    const [agent, other] = [await join(cloud()), await join(cloud())]
    const frames = upTo(10).map((index) =>
      agent.frame({ type: 'INTENT', to: other.did, payload: { query: String(index) } }),
    )
    for (const frame of frames) agent.send(toWireJson(frame))
    const last = frames.at(-1)?.id ?? ''
    const error = await agent.answer(last)
    expect(error).toMatchObject({
      type: 'ERROR',
      payload: {
        code: 'CONNECTION_REFUSED',
        details: { reason: 'rate_limited', retry_after_ms: expect.any(Number) },
      },
    })
    const refused = new Set(agent.heard.map(({ correlation_id }) => correlation_id))
    const taken = frames.filter(({ id }) => !refused.has(id))
    expect(taken.length).toBeGreaterThanOrEqual(4)
    expect(taken.length).toBeLessThan(10)
    for (const { id } of taken) expect((await other.next()).id).toBe(id)
    await until('it may send again', async () => (await agent.settle()).type === 'PONG')
  })

  test('more connections than there may be are refused with 503, at the socket and before', async () => {
    const sockets: TestSocket[] = []
    const negotiate = (): Promise<Response> => fetch(`${cloud().url}/ws/negotiate`, { method: 'POST' })
    await until('no connection of another test is left', async () => (await negotiate()).status === 200)
    for (const _ of upTo(MAX_CONNECTIONS)) sockets.push(await openSocket(cloud()))
    await until('it is full', async () => (await negotiate()).status === 503)
    expect((await fetch(`${cloud().url}/ws`)).status).toBe(503)
    const opening = openTestSocket(socketUrl(cloud())).catch((error: unknown) => error)
    let refused: unknown
    // The service repeats what was answered with a 5xx.
    await until('the answer', async () => {
      await cloud().controls.webPubSub.advance(1000)
      refused = await Promise.race([opening, undefined])
      return refused !== undefined
    })
    expect(refused).toBeInstanceOf(RefusedSocket)
    expect(refused).toMatchObject({ status: 503 })
    // Those that are there may still register; one that leaves makes room.
    const [first, second] = sockets
    if (first === undefined || second === undefined) throw new Error('There are no sockets.')
    expect((await registerTestAgent(createTestAgent(), first)).registered.type).toBe('REGISTERED')
    await second.close()
    await until('there is room', async () => (await negotiate()).status === 200)
  })

  test('a connection that does not register in its time is closed, also by a service that comes back', async () => {
    const [silent, honest] = [await openSocket(cloud()), await join(cloud())]
    const restore = await cloud().controls.webPubSub.fault({ operation: 'rest', action: 'refuse' })
    // From here on every registration is late: this test is the last.
    await cloud().controls.serviceBus.advance((CONNECTION_TIMEOUT_SECONDS + 1) * 1000)
    await until('the message waits', () =>
      readLog(cloud()).some(({ message }) => message.includes('the message waits for it')),
    )
    await restore()
    expect(await silent.closed).toMatchObject({
      code: 1000,
      reason: expect.stringContaining('CONNECTION_TIMEOUT'),
    })
    await until('it is logged, once', () => {
      const late = loggedOf().filter((message) => message === 'A connection did not register in time.')
      return late.length === 1
    })
    expect((await honest.settle()).type).toBe('PONG')
  })
})

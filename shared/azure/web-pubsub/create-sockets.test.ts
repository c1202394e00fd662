import { randomUUID } from 'node:crypto'
import type { WebPubSubServiceClient } from '@azure/web-pubsub'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type RunningWebPubSub, startWebPubSub } from '../../../local/web-pubsub/start-web-pubsub.ts'
import { openRaw, type RawClient } from '../../../tests/conformance/web-pubsub/support/raw-client.ts'
import { until } from '../../../tests/e2e/support/until.ts'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { inboxGroup } from '../../kernel/ids.ts'
import { createLog } from '../../kernel/log.ts'
import type { Sockets } from '../../signaling/sockets.ts'
import { createSockets } from './create-sockets.ts'
import { openInboxLink } from './open-inbox-link.ts'
import type { Link } from './open-link.ts'
import { AGENTS_HUB, openService } from './open-service.ts'

const clock = createManualClock(Date.UTC(2026, 10, 20))
const log = createLog({ level: 'error', clock, write: () => undefined })
const FRAME = '{"type":"OFFER",  "payload":{"sdp":"ü 🙂 \\u2028\\r\\n"}}'

let service: RunningWebPubSub
let rest: WebPubSubServiceClient
let link: Link
let sockets: Sockets
const agents: RawClient[] = []

beforeAll(async () => {
  service = await startWebPubSub({})
  rest = await openService({ connectionString: service.connectionString }, AGENTS_HUB)
  link = openInboxLink({ service: async () => rest, clock, log })
  sockets = createSockets({ service: async () => rest, link: () => link })
  expect(await link.probe()).toBe(true)
})
afterEach(() => service.faults.remove())
afterAll(async () => {
  for (const { socket } of agents) socket.terminate()
  await service.stop()
})

/** An agent that hears its inbox. */
const openAgent = async () => {
  const did = `did:web:example.com:${randomUUID()}`
  const url = await sockets.clientUrl({ minutes: 5, query: {} })
  const client = await openRaw(url)
  agents.push(client)
  const userId = decodeJwt(new URL(url).searchParams.get('access_token') ?? '').sub ?? ''
  const connectionId = await connectionOf(userId)
  expect(await sockets.join(connectionId, did)).toBe(true)
  return { did, connectionId, client }
}

/** REST names connections only by their groups. */
const connectionOf = async (userId: string): Promise<string> => {
  const group = randomUUID()
  await rest.group(group).addUser(userId)
  for await (const { connectionId } of await rest.group(group).listConnections()) return connectionId
  throw new Error('The user has no connection.')
}

const isGoneFrom = async (connectionId: string): Promise<boolean> =>
  !(await rest.connectionExists(connectionId))

test('a frame comes to the inbox as it was sent, byte for byte', async () => {
  const { did, client } = await openAgent()
  await sockets.forward(did, FRAME)
  expect(await client.raw.next()).toBe(FRAME)
})

test('a frame that is too long within JSON comes too, and the link stays', async () => {
  const { did, client } = await openAgent()
  const frame = '"'.repeat(800_000)
  await sockets.forward(did, frame)
  expect(await client.raw.next()).toBe(frame)
  expect(await link.probe()).toBe(true)
})

test('a frame whose acknowledgement is lost is sent again and comes once', async () => {
  const { did, client } = await openAgent()
  service.faults.add({ operation: 'ack', target: AGENTS_HUB, action: 'drop', count: 1 })
  const forwarded = sockets.forward(did, FRAME)
  expect(await client.raw.next()).toBe(FRAME)
  clock.advance(2000)
  await forwarded
  await sockets.forward(did, 'the next')
  expect(await client.raw.next()).toBe('the next')
})

test('a frame that the link does not take goes by REST', async () => {
  const { did, client } = await openAgent()
  service.faults.add({ operation: 'frame', target: inboxGroup(did), action: 'refuse', count: 2 })
  await sockets.forward(did, FRAME)
  expect(await client.raw.next()).toBe(FRAME)
})

test('when the service takes a frame on no way, the failure says so', async () => {
  const { did } = await openAgent()
  service.faults.add({ operation: 'frame', target: inboxGroup(did), action: 'refuse' })
  service.faults.add({ operation: 'rest', target: inboxGroup(did), action: 'refuse' })
  await expect(sockets.forward(did, FRAME)).rejects.toMatchObject({ code: 'unavailable', status: 503 })
})

test('a frame for one connection comes to it as it was sent', async () => {
  const { connectionId, client } = await openAgent()
  await sockets.send(connectionId, FRAME)
  expect(await client.raw.next()).toBe(FRAME)
})

test('a connection is closed with the reason', async () => {
  const { connectionId, client } = await openAgent()
  await sockets.close(connectionId, 'replaced')
  expect(await client.closed).toEqual({ code: 1000, reason: 'replaced' })
})

test('a connection that is gone joins nothing, and nothing happens to it', async () => {
  const { connectionId, client, did } = await openAgent()
  client.socket.terminate()
  await until('the connection is gone', () => isGoneFrom(connectionId))
  expect(await sockets.join(connectionId, did)).toBe(false)
  await sockets.send(connectionId, FRAME)
  await sockets.close(connectionId, 'bye')
})

test('a service that is away is told as such, not as a connection that is gone', async () => {
  const { connectionId, did } = await openAgent()
  service.faults.add({ operation: 'rest', action: 'drop' })
  const unavailable = { code: 'unavailable' }
  await expect(sockets.join(connectionId, did)).rejects.toMatchObject(unavailable)
  await expect(sockets.send(connectionId, FRAME)).rejects.toMatchObject(unavailable)
  await expect(sockets.close(connectionId, '')).rejects.toMatchObject(unavailable)
})

test("an agent's address has its query and gives no rights, no group and no name of the gateway", async () => {
  const url = new URL(await sockets.clientUrl({ minutes: 5, query: { nonce: 'a&b=c' } }))
  expect(url.pathname).toBe(`/client/hubs/${AGENTS_HUB}`)
  expect(url.searchParams.get('nonce')).toBe('a&b=c')
  const {
    sub,
    role,
    'webpubsub.group': group,
    exp = 0,
    iat = 0,
  } = decodeJwt(url.searchParams.get('access_token') ?? '')
  expect(sub).toMatch(/^agent-[0-9a-f-]{36}$/)
  expect({ role, group, seconds: exp - iat }).toEqual({ role: undefined, group: undefined, seconds: 300 })
})

test("the gateway's own socket sends to inboxes and to nothing else", async () => {
  await expect(link.deliver('task.1', 'x')).rejects.toMatchObject({ errorDetail: { name: 'Forbidden' } })
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readUpgrade } from '../../../local/functions-host/settings/read-upgrade.ts'
import { listen } from '../../../local/service/listen.ts'
import { startWebPubSub, type RunningWebPubSub } from '../../../local/web-pubsub/start-web-pubsub.ts'
import { startEventHandler, type EventHandlerServer } from '../web-pubsub/support/event-handler.ts'
import { openRaw, refusedHandshake, type RawClient } from '../web-pubsub/support/raw-client.ts'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app } from '@azure/functions'
const handler = async (request) => ({
  status: 426,
  body: 'cannot upgrade ' + new URL(request.url).search,
})
app.http('ws', { route: 'ws', authLevel: 'anonymous', handler })
app.http('other', { route: 'other', authLevel: 'anonymous', handler })
`
const hostJson = { extensions: { http: { routePrefix: '' } } }

let handler: EventHandlerServer
let service: RunningWebPubSub
let host: Fixture

beforeAll(async () => {
  handler = await startEventHandler()
  const eventHandlers = [
    {
      urlTemplate: `${handler.url}/{event}`,
      userEventPattern: '*',
      systemEvents: ['connect' as const, 'disconnected' as const],
    },
  ]
  service = await startWebPubSub({
    config: { hubs: { agents: { anonymousConnectPolicy: 'allow', eventHandlers } } },
  })
  const upgrade = readUpgrade(`/ws=http://127.0.0.1:${service.port}/client/hubs/agents`)
  host = await startFixture(SOURCE, { hostJson, upgrade })
})
afterAll(async () => {
  await host.stop()
  await service.stop()
  await handler.stop()
})

const address = (path = '/ws', of: Fixture = host): string => of.url.replace(/^http/, 'ws') + path

const acceptAll = (): void =>
  handler.answer(({ path, body }) =>
    path === '/connect'
      ? { headers: { 'content-type': 'application/json' }, body: '{"subprotocol":"ioap.v1"}' }
      : { headers: { 'content-type': 'text/plain' }, body },
  )

const openAgent = async (path?: string): Promise<RawClient> => {
  acceptAll()
  const client = await openRaw(address(path), { protocols: ['other.v1', 'ioap.v1'] })
  onTestFinished(() => client.socket.terminate())
  return client
}

test('a WebSocket goes through to the service: query, sub-protocols, frames in both directions', async () => {
  handler.events.drain()
  const client = await openAgent('/ws?nonce=a%26b')
  const connect = await handler.events.next()
  expect(JSON.parse(connect.body.toString())).toMatchObject({
    query: { nonce: ['a&b'] },
    subprotocols: ['other.v1', 'ioap.v1'],
  })
  expect(client.socket.protocol).toBe('ioap.v1')
  client.send('ü 🙂')
  expect(await client.raw.next()).toBe('ü 🙂')
  const long = 'x'.repeat(900_000)
  client.send(long)
  expect(await client.raw.next()).toBe(long)
})

test.each([401, 503])('an answer %i of the service comes to the client', async (status) => {
  handler.answer({ status, body: 'no reason' })
  const refused = refusedHandshake(address(), { protocols: 'ioap.v1' })
  // Of 503 the service is not sure at once.
  await handler.events.next()
  const seconds = setInterval(() => service.clock.advance(5000), 10)
  onTestFinished(() => clearInterval(seconds))
  expect(await refused).toEqual({ status, body: 'no reason' })
})

test('when the client is gone the service knows', async () => {
  const client = await openAgent()
  handler.events.drain()
  client.socket.terminate()
  expect((await handler.events.next()).path).toBe('/disconnected')
})

test('when the service closes the client knows, with code and reason', async () => {
  const client = await openAgent()
  handler.answer({ status: 400, body: 'no such frame' })
  client.send('{}')
  expect(await client.closed).toEqual({ code: 1011, reason: 'no such frame' })
})

test('a connection that the service cuts is cut', async () => {
  const client = await openAgent()
  service.faults.add({ operation: 'frame', target: 'agents', action: 'drop', count: 1 })
  client.send('{}')
  expect(await client.closed).toMatchObject({ code: 1006 })
})

test('a service that is down is answered for with 502', async () => {
  const gone = createServer()
  const port = await listen(gone, { host: '127.0.0.1', port: 0 })
  gone.close()
  await once(gone, 'close')
  const lonely = await startFixture(SOURCE, {
    hostJson,
    upgrade: readUpgrade(`/ws=http://127.0.0.1:${port}/`),
  })
  onTestFinished(() => lonely.stop())
  const { status, body } = await refusedHandshake(address('/ws', lonely))
  expect(status).toBe(502)
  expect(body).toMatch(/\/ws is forwarded to .* which does not answer: .*ECONNREFUSED/)
})

test('what is no WebSocket request, and every other path, goes to the app as a plain request', async () => {
  const plain = await fetch(`${host.url}/ws?a=1`)
  expect([plain.status, await plain.text()]).toEqual([426, 'cannot upgrade ?a=1'])
  expect(await refusedHandshake(address('/other?a=1'))).toEqual({ status: 426, body: 'cannot upgrade ?a=1' })
})

test('when the host stops, its WebSockets end', async () => {
  const other = await startFixture(SOURCE, {
    hostJson,
    upgrade: readUpgrade(`/ws=http://127.0.0.1:${service.port}/client/hubs/agents`),
  })
  acceptAll()
  const client = await openRaw(address('/ws', other), { protocols: 'ioap.v1' })
  await other.stop()
  expect(await client.closed).toMatchObject({ code: 1006 })
})

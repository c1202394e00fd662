import { exportJWK, generateKeyPair, jwtVerify, type CryptoKey } from 'jose'
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { advanceUntil } from './support/advance-until.ts'
import {
  startEventHandler,
  type EventHandlerServer,
  type HandledEvent,
  type HandlerReply,
} from './support/event-handler.ts'
import { useWebPubSub } from './support/fixture.ts'
import { openRaw, refusedHandshake, type RawClient } from './support/raw-client.ts'

const ISSUER = 'https://sts.windows.net/tenant/'
const RESOURCE = 'api://gateway'

let handler: EventHandlerServer
let publicKey: CryptoKey
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  const pair = await generateKeyPair('RS256', { extractable: true })
  publicKey = pair.publicKey
  const key = { ...(await exportJWK(pair.privateKey)), kty: 'RSA', kid: 'k1' }
  const events = { userEventPattern: '*', systemEvents: ['connect' as const, 'disconnected' as const] }
  const auth = { type: 'ManagedIdentity' as const, managedIdentity: { resource: RESOURCE } }
  const hub = (handlers: object) => ({
    anonymousConnectPolicy: 'allow',
    eventHandlers: [{ urlTemplate: `${handler.url}/{event}`, ...events, ...handlers }],
  })
  return {
    config: {
      hubs: { agents: hub({}), trusted: hub({ auth }) },
      identity: { issuer: ISSUER, tenantId: 'tenant', objectId: 'principal', key },
    },
  }
})
afterAll(() => handler.stop())

const state = (value: string): Record<string, string> => ({ 'ce-connectionState': value })
const accept: HandlerReply = {
  headers: { 'content-type': 'application/json', ...state('connected') },
  body: '{"subprotocol":"ioap.v1"}',
}
const echo = ({ body }: HandledEvent): HandlerReply => ({ headers: { 'content-type': 'text/plain' }, body })

/** Lets everybody in; a message is answered by `reply`. */
const answerMessages = (reply: (event: HandledEvent) => HandlerReply | Promise<HandlerReply>): void =>
  handler.answer((event) => {
    if (event.path === '/connect') return accept
    return event.path === '/message' ? reply(event) : { status: 204 }
  })

beforeEach(() => {
  handler.events.drain()
  answerMessages(echo)
})

const address = (hub = 'agents', query = ''): string =>
  `ws://127.0.0.1:${fixture.service.port}/client/hubs/${hub}${query}`

/** The next event that fits; of clients of earlier tests there may be others. */
const nextEvent = async (fits: (event: HandledEvent) => boolean): Promise<HandledEvent> => {
  for (;;) {
    const event = await handler.events.next()
    if (fits(event)) return event
  }
}

type AgentClient = RawClient & {
  connect: HandledEvent
  nextEvent(): Promise<HandledEvent>
  /** The next events of this client, as text: what happened, with which body and state. */
  nextTexts(count: number): Promise<string[]>
}

const openAgent = async (hub?: string): Promise<AgentClient> => {
  const client = await openRaw(address(hub), { protocols: 'ioap.v1' })
  onTestFinished(() => client.socket.terminate())
  const connect = await nextEvent(({ path }) => path === '/connect')
  const id = connect.headers['ce-connectionid']
  const next = (): Promise<HandledEvent> => nextEvent(({ headers }) => headers['ce-connectionid'] === id)
  const nextTexts = async (count: number): Promise<string[]> => {
    const texts: string[] = []
    while (texts.length < count) {
      const { path, body, headers } = await next()
      texts.push(`${path} ${body.toString()} ${String(headers['ce-connectionstate'])}`)
    }
    return texts
  }
  return { ...client, connect, nextEvent: next, nextTexts }
}

test('the state of a connection begins with connect, goes with every frame, and comes back at the end', async () => {
  answerMessages((event) => ({ ...echo(event), headers: { ...state(`after-${event.body.toString()}`) } }))
  const client = await openAgent()
  client.send('one')
  expect(await client.raw.next()).toBe('one')
  client.send('two')
  expect(await client.raw.next()).toBe('two')
  client.socket.close(1000)
  expect(await client.nextTexts(3)).toEqual([
    '/message one connected',
    '/message two after-one',
    '/disconnected {"reason":""} after-two',
  ])
})

test('without connected among the system events nobody is told that a client is connected', async () => {
  const client = await openAgent()
  expect(client.connect.headers['ce-connectionstate']).toBeUndefined()
  client.send('first')
  expect(await client.nextTexts(1)).toEqual(['/message first connected'])
})

test('a frame is handed over as it is and its answer is a text frame, byte for byte', async () => {
  const frame = '{"a" : "ü 🙂\\u2028",\r\n  "b":1.0}'
  const client = await openAgent()
  client.send(frame)
  expect(await client.raw.next()).toBe(frame)
  expect((await client.nextEvent()).body.toString()).toBe(frame)
})

test.each([401, 400])('a client that is refused with %i sees that at once', async (status) => {
  handler.answer({ status, body: 'no' })
  expect(await refusedHandshake(address())).toEqual({ status, body: 'no' })
  expect(handler.events.drain().filter(({ path }) => path === '/connect')).toHaveLength(1)
})

test('of a 503 the service asks four times, then the client sees it', async () => {
  handler.answer({ status: 503, body: 'full' })
  const refused = advanceUntil(fixture.service.clock, refusedHandshake(address()))
  expect(await refused).toEqual({ status: 503, body: 'full' })
  const connects = handler.events.drain().filter(({ path }) => path === '/connect')
  const ids = connects.map(({ headers }) => headers['ce-id'])
  expect([ids.length, new Set(ids).size]).toEqual([4, 1])
})

test.each([400, 401, 404, 413])('a frame that is answered with %i closes the connection', async (status) => {
  answerMessages(() => ({ status, body: 'wrong frame' }))
  const client = await openAgent()
  client.send('x')
  expect(await client.closed).toEqual({ code: 1011, reason: 'wrong frame' })
})

test('while the webhook is away frames wait, and go on in order, each taken once', async () => {
  const taken: string[] = []
  let failures = 2
  answerMessages((event) => {
    if (failures-- > 0) return { status: 503 }
    taken.push(event.body.toString())
    return echo(event)
  })
  const client = await openAgent()
  const sent = Array.from({ length: 20 }, (_, index) => `frame ${index}`)
  for (const frame of sent) client.send(frame)
  const replies: unknown[] = []
  const answered = (async () => {
    while (replies.length < sent.length) replies.push(await client.raw.next())
  })()
  await advanceUntil(fixture.service.clock, answered)
  expect(replies).toEqual(sent)
  expect(taken).toEqual(sent)
})

test('a webhook that stays away closes the connection, and what waits behind the frame is not handed over', async () => {
  answerMessages(() => ({ status: 503 }))
  const client = await openAgent()
  client.send('one')
  client.send('two')
  expect(await advanceUntil(fixture.service.clock, client.closed)).toMatchObject({ code: 1011 })
  const messages = handler.events.drain().filter(({ path }) => path === '/message')
  expect(messages.map(({ body }) => body.toString())).toEqual(['one', 'one', 'one', 'one'])
  expect(new Set(messages.map(({ headers }) => headers['ce-id'])).size).toBe(1)
})

test('a client that closes behind its frames has them all handed over before it is disconnected', async () => {
  const gate = Promise.withResolvers<void>()
  answerMessages(async (event) => {
    await gate.promise
    return { status: 204, headers: state(`after-${event.body.toString()}`) }
  })
  const client = await openAgent()
  for (const frame of ['one', 'two', 'three']) client.send(frame)
  client.socket.close(1000)
  await client.closed
  gate.resolve()
  expect(await client.nextTexts(4)).toEqual([
    '/message one connected',
    '/message two after-one',
    '/message three after-two',
    '/disconnected {"reason":""} after-three',
  ])
})

test('a connection that breaks is disconnected at once, with the state that it had', async () => {
  const gate = Promise.withResolvers<void>()
  answerMessages(async () => {
    await gate.promise
    return { status: 204, headers: state('too late') }
  })
  const client = await openAgent()
  client.send('one')
  client.send('two')
  expect(await client.nextTexts(1)).toEqual(['/message one connected'])
  client.socket.terminate()
  expect(await client.nextTexts(1)).toEqual(['/disconnected {"reason":""} connected'])
  gate.resolve()
})

test('with a managed identity every event carries a token for the resource', async () => {
  const { clock } = fixture.service
  const client = await openAgent('trusted')
  client.send('x')
  const events = [client.connect, await client.nextEvent()]
  for (const { headers } of events) {
    const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
    expect(scheme).toBe('Bearer')
    const { payload, protectedHeader } = await jwtVerify(token, publicKey, {
      issuer: ISSUER,
      audience: RESOURCE,
      subject: 'principal',
      currentDate: new Date(clock.now()),
    })
    expect(payload).toMatchObject({ oid: 'principal', tid: 'tenant' })
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: 'k1' })
  }
  clock.advance(3_600_000)
  client.send('later')
  const later = (await client.nextEvent()).headers.authorization
  expect(later).not.toBe(events[1]?.headers.authorization)
})

test('without a managed identity no event carries a token', async () => {
  const { connect } = await openAgent()
  expect(connect.headers.authorization).toBeUndefined()
})

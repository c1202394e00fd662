import { afterAll, expect, test } from 'vitest'
import { startEventHandler, type EventHandlerServer } from './support/event-handler.ts'
import { useWebPubSub } from './support/fixture.ts'
import { openRaw, type RawClient } from './support/raw-client.ts'

let handler: EventHandlerServer
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  const urlTemplate = `${handler.url}/{event}`
  return {
    config: {
      hubs: {
        open: { eventHandlers: [{ urlTemplate, userEventPattern: '*' }] },
        users: { eventHandlers: [{ urlTemplate, userEventPattern: 'one' }] },
      },
    },
  }
})
afterAll(() => handler.stop())

const open = async (query = '', roles: string[] = []): Promise<RawClient> =>
  openRaw((await fixture.url('users', { roles, groups: ['g'], userId: 's' })) + query)

test('every frame is the event "message", text or binary, and the answer is a frame', async () => {
  handler.answer((event) => ({
    headers: { 'content-type': String(event.headers['content-type']) },
    body: event.body,
  }))
  const client = await openRaw(await fixture.url('open'))
  client.socket.send('text')
  expect(await client.raw.next()).toBe('text')
  client.socket.send(Buffer.from([7]))
  expect(await client.raw.next()).toEqual(Buffer.from([7]))
  client.socket.terminate()
})

test('messages come as they are, without a frame around them', async () => {
  const client = await open()
  const admin = fixture.admin('users')
  await admin.group('g').sendToAll('text', { contentType: 'text/plain' })
  await admin.sendToUser('s', { json: true })
  await admin.sendToUser('s', new Uint8Array([1, 2]).buffer)
  expect(await client.raw.next()).toBe('text')
  expect(await client.raw.next()).toBe('{"json":true}')
  expect(await client.raw.next()).toEqual(Buffer.from([1, 2]))
  client.socket.terminate()
})

test('an event that fails closes the connection with 1011', async () => {
  const client = await open()
  client.socket.send('nobody handles "message" here')
  expect(await client.closed).toMatchObject({ code: 1011 })
})

test('with webpubsub_mode=sendToGroup every frame goes to the group', async () => {
  const query = '&webpubsub_mode=sendToGroup&group=g'
  const roles = ['webpubsub.sendToGroup.g']
  const [echoing, silent] = await Promise.all([open(query, roles), open(`${query}&noEcho=true`, roles)])
  silent.socket.send('from silent')
  expect(await echoing.raw.next()).toBe('from silent')
  echoing.socket.send(Buffer.from([9]))
  expect(await echoing.raw.next()).toEqual(Buffer.from([9]))
  expect(await silent.raw.next()).toEqual(Buffer.from([9]))
  for (const { socket } of [echoing, silent]) socket.terminate()
})

test('without the role for the group it is closed with 1008', async () => {
  const client = await open('&webpubsub_mode=sendToGroup&group=g')
  client.socket.send('x')
  expect(await client.closed).toMatchObject({ code: 1008 })
})

test('the reason of a close is in the close frame', async () => {
  const client = await open()
  await fixture.admin('users').closeUserConnections('s', { reason: 'good bye' })
  expect(await client.closed).toEqual({ code: 1000, reason: 'good bye' })
})

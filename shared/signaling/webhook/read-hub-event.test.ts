import { expect, test } from 'vitest'
import { eventHeaders } from '../../../local/web-pubsub/upstream/event-headers.ts'
import { createLocalClock } from '../../../local/service/clock.ts'
import { encodeState } from './encode-state.ts'
import { readHubEvent } from './read-hub-event.ts'

type Written = Parameters<typeof eventHeaders>

/** A request as the service sends it. */
const request = (
  event: Written[0],
  { body = '', subject = {}, headers = {} }: { body?: string; subject?: object; headers?: object } = {},
): Parameters<typeof readHubEvent>[0] => {
  const about = { connectionId: 'c-1_A', hub: 'agents', userId: null, ...subject }
  const service = { keys: { primary: 'k' }, clock: createLocalClock(), origin: 'localhost' }
  return {
    method: 'POST',
    headers: new Headers({ ...eventHeaders(event, about, service), 'ce-id': 'e1', ...headers }),
    text: async () => body,
    waitUntil: () => undefined,
  }
}

const about = { connectionId: 'c-1_A', eventId: 'e1' }
const connect = { kind: 'sys', name: 'connect' } as const
const disconnected = { kind: 'sys', name: 'disconnected' } as const
const message = { kind: 'user', name: 'message' } as const

test('connect says what the client asks for', async () => {
  const body = JSON.stringify({ claims: {}, query: { nonce: ['n'] }, headers: {}, subprotocols: ['ioap.v1'] })
  const expected = { kind: 'connect', ...about, query: { nonce: ['n'] }, subprotocols: ['ioap.v1'] }
  expect(await readHubEvent(request(connect, { body }))).toEqual(expected)
  const nothing = { kind: 'connect', ...about, query: {}, subprotocols: [] }
  expect(await readHubEvent(request(connect, { body: '{"query":null}' }))).toEqual(nothing)
})

test('the user of a token is decoded; without a token there is none', async () => {
  const subject = { userId: 'Zoë & co' }
  const event = await readHubEvent(request(connect, { body: '{}', subject }))
  expect(event.userId).toBe('Zoë & co')
  expect(await readHubEvent(request(connect, { body: '{}' }))).not.toHaveProperty('userId')
  const broken = request(connect, { body: '{}', headers: { 'ce-userid': '%zz' } })
  await expect(readHubEvent(broken)).rejects.toMatchObject({ status: 400 })
})

test('a frame comes as its text, with what its connection carries', async () => {
  const state = { v: 1 as const, did: 'did:key:z6MkA', generation: 3 }
  const subject = { state: encodeState(state), hub: 'Agents' }
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  const frame = '{"Headers":{"ce-connectionId":"x"},"text":"ü"}'
  const event = await readHubEvent(request(message, { body: frame, subject, headers }))
  expect(event).toEqual({ kind: 'message', ...about, text: frame, state })
})

test('a binary frame has no text', async () => {
  const headers = { 'content-type': 'application/octet-stream' }
  const event = await readHubEvent(request(message, { body: '{}', headers }))
  expect(event).toEqual({ kind: 'message', ...about, text: undefined, state: { v: 1 } })
})

test('disconnected says why, where the service knows', async () => {
  const event = { kind: 'disconnected', ...about, state: { v: 1 } }
  const body = JSON.stringify({ reason: 'gone' })
  expect(await readHubEvent(request(disconnected, { body }))).toEqual({ ...event, reason: 'gone' })
  expect(await readHubEvent(request(disconnected))).toEqual({ ...event, reason: '' })
})

test.each([
  ['of another hub', request(message, { subject: { hub: 'gateway' } })],
  ['of another name', request({ kind: 'user', name: 'other' })],
  ['that is not asked for', request({ kind: 'sys', name: 'connected' }, { body: '{}' })],
  ['without an id', request(message, { headers: { 'ce-id': '' } })],
  ['of two connections', request(message, { headers: { 'ce-connectionid': 'a, b' } })],
  ['whose body is not JSON', request(connect, { body: 'no' })],
  ['whose body has other types', request(connect, { body: '{"subprotocols":"ioap.v1"}' })],
])('an event %s is a bad request', async (_name, written) => {
  await expect(readHubEvent(written)).rejects.toMatchObject({ status: 400 })
})

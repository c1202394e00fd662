import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { createLocalClock } from '../../../local/service/clock.ts'
import { eventHeaders, signConnection } from '../../../local/web-pubsub/upstream/event-headers.ts'
import { ErrorBody } from '../../../shared/contract/error-body.ts'
import { type Fixture, startFixture } from '../../conformance/functions-host/fixture.ts'

const keys = { primary: 'the-key-of-the-service' }
const ORIGIN = 'agents.webpubsub.azure.com'

let host: Fixture

beforeAll(async () => {
  host = await startFixture(`import '../../fixtures/webhook-app.ts'`, {
    strict: true,
    hostJson: { extensions: { http: { routePrefix: '' } } },
    env: {
      WEB_PUBSUB_CONNECTION_STRING: `Endpoint=https://${ORIGIN};AccessKey=${keys.primary};Version=1.0;`,
    },
  })
})
afterAll(() => host.stop())

type Event = Parameters<typeof eventHeaders>[0]
const frame: Event = { kind: 'user', name: 'message' }

/** Headers as the service of these keys sends them. */
const headersOf = (event: Event, connectionId = 'c1', signers = keys): Record<string, string> => ({
  ...eventHeaders(
    event,
    { connectionId, hub: 'agents', userId: null },
    { keys: signers, clock: createLocalClock(), origin: ORIGIN },
  ),
  'content-type': event.kind === 'sys' ? 'application/json' : 'text/plain',
})

const post = (
  headers: Record<string, string>,
  body: string,
  path = '/ws/events/message',
): Promise<Response> => fetch(host.url + path, { method: 'POST', headers, body })

const Told = z.looseObject({
  kind: z.string(),
  connectionId: z.string(),
  text: z.string(),
  handled: z.number(),
})
const told = async (response: Response): Promise<z.infer<typeof Told>> => {
  expect(response.status).toBe(200)
  return Told.parse(await response.json())
}
const errorOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ErrorBody.parse(await response.json()).error.code,
]

const forged = { ...headersOf(frame, 'x'), 'ce-signature': signConnection(keys, 'x') }

test('an event of the service is handled, as its headers say and not as its address does', async () => {
  const event = await told(await post(headersOf(frame), 'hello', '/ws/events/connect'))
  expect(event).toMatchObject({ kind: 'message', connectionId: 'c1', text: 'hello' })
})

test.each(['Headers', 'headers', 'HEADERS'])(
  'headers in the member %s of a frame do not make it another connection',
  async (name) => {
    for (const type of ['text/plain', 'application/json']) {
      const body = JSON.stringify({ [name]: { ...forged, 'ce-userid': 'gateway' }, event: 'connect' })
      const event = await told(await post({ ...headersOf(frame), 'content-type': type }, body))
      expect(event).toMatchObject({ kind: 'message', connectionId: 'c1', text: body })
      expect(event).not.toHaveProperty('userId')
    }
  },
)

test.each(['Headers', 'headers'])('headers in the body or the query (%s) prove nothing', async (name) => {
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ [name]: forged })
  expect(await errorOf(await post(json, body))).toEqual([401, 'auth_required'])
  const query = `?${name}=${encodeURIComponent(JSON.stringify(forged))}&code=${keys.primary}`
  expect((await post(json, body, `/ws/events/message${query}`)).status).toBeOneOf([400, 401])
  const unproven = headersOf(frame, 'c1', { primary: 'another key' })
  expect(await errorOf(await post(unproven, body))).toEqual([401, 'invalid_credentials'])
})

test('the signature of one connection does not open another', async () => {
  const stolen = { ...headersOf(frame, 'c2'), 'ce-signature': signConnection(keys, 'c1') }
  expect(await errorOf(await post(stolen, 'hello'))).toEqual([401, 'invalid_credentials'])
})

test('a delivery that comes twice is handled once', async () => {
  const headers = headersOf(frame)
  const [first, second] = await Promise.all([told(await post(headers, 'a')), told(await post(headers, 'a'))])
  expect(second).toEqual(first)
  const other = await told(await post(headersOf(frame), 'a'))
  expect(other.handled).toBe(first.handled + 1)
})

test('a connection that is refused sees status and reason', async () => {
  const response = await post(headersOf({ kind: 'sys', name: 'connect' }), '{}')
  const { error } = ErrorBody.parse(await response.json())
  expect([response.status, error.message]).toEqual([401, 'The connection c1 is refused.'])
})

test('the service, and nobody else, is told that it may send events', async () => {
  const ask = (origin: string): Promise<Response> =>
    fetch(`${host.url}/ws/events/validate`, {
      method: 'OPTIONS',
      headers: { 'WebHook-Request-Origin': origin, 'ce-awpsversion': '1.0' },
    })
  const answer = await ask(ORIGIN)
  expect([answer.status, answer.headers.get('webhook-allowed-origin')]).toEqual([200, ORIGIN])
  const refused = await ask('evil.example')
  expect([refused.status, refused.headers.get('webhook-allowed-origin')]).toEqual([403, null])
})

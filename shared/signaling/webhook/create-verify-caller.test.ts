import { expect, test } from 'vitest'
import { signConnection } from '../../../local/web-pubsub/upstream/event-headers.ts'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { createVerifyCaller } from './create-verify-caller.ts'

const keys = { primary: 'the-primary-key==', secondary: 'the-secondary-key==' }
const signature = signConnection(keys, 'c1')

const verify = (headers: Record<string, string>, key = keys.primary, identity = {}): Promise<void> =>
  createVerifyCaller({
    connection: { connectionString: `Endpoint=https://a.webpubsub.azure.com;AccessKey=${key};Version=1.0;` },
    identity: { object_ids: [], ...identity },
    clock: createManualClock(),
  })(new Headers(headers))

test('an event is taken that is signed for its connection, whichever of the two keys the gateway has', async () => {
  const headers = { 'ce-connectionId': 'c1', 'ce-signature': signature }
  for (const key of [keys.primary, keys.secondary]) expect(await verify(headers, key)).toBeUndefined()
  const single = signConnection({ primary: keys.primary }, 'c1').toUpperCase().replace('SHA', 'sha')
  expect(await verify({ ...headers, 'ce-signature': `sha256=00, ${single} ,` })).toBeUndefined()
})

test.each([
  ['another connection', { 'ce-connectionId': 'c2', 'ce-signature': signature }],
  ['no connection', { 'ce-signature': signature }],
  ['a longer list of connections', { 'ce-connectionId': 'c1, c2', 'ce-signature': signature }],
  ['another key', { 'ce-connectionId': 'c1', 'ce-signature': signConnection({ primary: 'x' }, 'c1') }],
  ['half a signature', { 'ce-connectionId': 'c1', 'ce-signature': signature.slice(0, 39) }],
  ['another algorithm', { 'ce-connectionId': 'c1', 'ce-signature': signature.replaceAll('sha256', 'sha1') }],
  ['an empty signature', { 'ce-connectionId': 'c1', 'ce-signature': '' }],
])('a signature for %s proves nothing', async (_name, headers) => {
  await expect(verify(headers)).rejects.toMatchObject({ status: 401, code: 'invalid_credentials' })
})

test('without a signature nothing is taken, whatever else comes with it', async () => {
  const headers = { 'ce-connectionId': 'c1', 'x-functions-key': keys.primary, authorization: 'Bearer x' }
  await expect(verify(headers)).rejects.toMatchObject({ status: 401, code: 'auth_required' })
})

test('a key that is empty proves nothing', async () => {
  const headers = { 'ce-connectionId': 'c1', 'ce-signature': signConnection({ primary: '' }, 'c1') }
  await expect(verify(headers, '')).rejects.toMatchObject({ status: 503, code: 'not_configured' })
})

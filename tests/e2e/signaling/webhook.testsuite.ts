import { createHmac, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { join } from './support/join.ts'
import { findAgent } from './support/read-agents.ts'

type Change = {
  name: string
  query?: string
  headers?: Record<string, string | undefined>
  body?: (text: string) => string
}

const CONNECTION = 'forged-connection'

const keyOf = ({ endpoints }: TestCloud): string => /AccessKey=([^;]+)/.exec(endpoints.webPubSub)?.[1] ?? ''

const signatureOf = (key: string, connectionId: string): string =>
  `sha256=${createHmac('sha256', key).update(connectionId).digest('hex')}`

/** The headers of a message of the service. */
const eventHeaders = (cloud: TestCloud, did?: string): Record<string, string> => ({
  'content-type': 'text/plain; charset=utf-8',
  'webhook-request-origin': '127.0.0.1',
  'ce-specversion': '1.0',
  'ce-awpsversion': '1.0',
  'ce-type': 'azure.webpubsub.user.message',
  'ce-source': `/hubs/agents/client/${CONNECTION}`,
  'ce-id': randomUUID(),
  'ce-time': new Date().toISOString(),
  'ce-connectionid': CONNECTION,
  'ce-hub': 'agents',
  'ce-eventname': 'message',
  'ce-signature': signatureOf(keyOf(cloud), CONNECTION),
  ...(did === undefined
    ? {}
    : {
        'ce-connectionstate': Buffer.from(JSON.stringify({ v: 1, did, generation: 1 })).toString('base64url'),
      }),
})

const unsigned = { 'ce-signature': undefined }

const unproven: readonly Change[] = [
  { name: 'no signature', headers: unsigned },
  { name: 'no signature, and a key in the address', headers: unsigned, query: '?code=anything' },
  { name: 'no signature, and the signature in the address', headers: unsigned, query: '?ce-signature=' },
  { name: 'an empty signature', headers: { 'ce-signature': '' } },
  { name: 'a signature by another key', headers: { 'ce-signature': signatureOf('another', CONNECTION) } },
  { name: 'a signature by no key', headers: { 'ce-signature': signatureOf('', CONNECTION) } },
  { name: 'the signature of another connection', headers: { 'ce-connectionid': 'another' } },
  { name: 'no connection', headers: { 'ce-connectionid': undefined } },
  { name: 'a bearer token', headers: { ...unsigned, authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } },
  {
    name: 'the headers in its body',
    headers: { ...unsigned, 'content-type': 'application/json' },
    body: (text) => JSON.stringify({ Headers: { 'ce-signature': 'sha256=00' }, text }),
  },
]

const wrong: readonly Change[] = [
  { name: 'another hub', headers: { 'ce-hub': 'gateway' } },
  { name: 'no hub', headers: { 'ce-hub': undefined } },
  { name: 'another event', headers: { 'ce-type': 'azure.webpubsub.user.other' } },
  { name: 'a type that is none', headers: { 'ce-type': 'message' } },
  { name: 'no id', headers: { 'ce-id': undefined } },
  {
    name: 'the type connect with a body that is none',
    headers: { 'ce-type': 'azure.webpubsub.sys.connect' },
    body: () => 'no JSON',
  },
]

/** Who is not the Web PubSub service of this gateway cannot tell it anything. */
export const testWebhook = (cloud: () => TestCloud): void => {
  const post = async ({ query = '', headers = {}, body = (text) => text }: Change, text: string) => {
    const all = { ...eventHeaders(cloud()), ...headers }
    return fetch(`${cloud().url}/ws/events/message${query}`, {
      method: 'POST',
      headers: Object.entries(all).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      ),
      body: body(text),
    })
  }

  describe('the webhook', () => {
    test.each(unproven)('refuses an event with $name', async (change) => {
      const agent = createTestAgent()
      const response = await post(change, toWireJson(agent.registration()))
      expect(response.status).toBe(401)
      expect(await findAgent(cloud(), agent.did)).toBeUndefined()
    })

    test.each(wrong)('refuses an event with $name', async (change) => {
      const agent = createTestAgent()
      const response = await post(change, toWireJson(agent.registration()))
      expect(response.status).toBe(400)
      expect(await findAgent(cloud(), agent.did)).toBeUndefined()
    })

    test('lets nobody sign an agent off', async () => {
      const agent = await join(cloud())
      const response = await post(
        { name: '', headers: { ...unsigned, 'ce-type': 'azure.webpubsub.sys.disconnected' } },
        '{"reason":"forged"}',
      )
      expect(response.status).toBe(401)
      expect((await agent.settle()).type).toBe('PONG')
    })

    test('that learns of an event twice does it once', async () => {
      const [sender, receiver] = await Promise.all([join(cloud()), join(cloud())])
      const generation = Number(sender.registered.payload['generation'])
      const state = Buffer.from(JSON.stringify({ v: 1, did: sender.did, generation })).toString('base64url')
      const headers = { ...eventHeaders(cloud()), 'ce-connectionstate': state }
      const text = sender.sign({ type: 'OFFER', to: receiver.did, payload: { sdp: 'once' } })
      for (const _ of ['first', 'again']) {
        const response = await post({ name: '', headers }, text)
        expect([response.status, await response.text()]).toEqual([204, ''])
      }
      const marker = sender.say({ type: 'OFFER', to: receiver.did, payload: { sdp: 'end' } })
      expect([(await receiver.next()).text, (await receiver.next()).text]).toEqual([text, marker])
    })

    test('does not take a state for a proof: a frame must be signed all the same', async () => {
      const [victim, receiver] = await Promise.all([join(cloud()), join(cloud())])
      const generation = Number(victim.registered.payload['generation'])
      const state = Buffer.from(JSON.stringify({ v: 1, did: victim.did, generation })).toString('base64url')
      const { signature } = createTestAgent().frame({ type: 'PING' })
      const frame = { ...victim.frame({ type: 'OFFER', to: receiver.did, payload: { sdp: 'x' } }), signature }
      const response = await post({ name: '', headers: { 'ce-connectionstate': state } }, toWireJson(frame))
      expect(await response.json()).toMatchObject({ type: 'ERROR', payload: { code: 'INVALID_SIGNATURE' } })
      const marker = victim.say({ type: 'OFFER', to: receiver.did, payload: { sdp: 'end' } })
      expect((await receiver.next()).text).toBe(marker)
    })

    test('gives its consent to the service of this gateway alone', async () => {
      const consent = async (origin?: string): Promise<[number, string | null]> => {
        const response = await fetch(`${cloud().url}/ws/events/validate`, {
          method: 'OPTIONS',
          headers: origin === undefined ? {} : { 'webhook-request-origin': origin },
        })
        return [response.status, response.headers.get('webhook-allowed-origin')]
      }
      expect(await consent('127.0.0.1')).toEqual([200, '127.0.0.1'])
      for (const origin of ['attacker.webpubsub.azure.com', '127.0.0.2', '*', undefined]) {
        const [status, allowed] = await consent(origin)
        expect([400, 403]).toContain(status)
        expect(allowed).toBeNull()
      }
    })
  })
}

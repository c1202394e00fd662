import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GuardedServer, startGuardedServer } from '../../../tests/fixtures/guarded-server.ts'
import { toUpgradeAnswer } from './to-upgrade-answer.ts'

const negotiation = {
  url: 'wss://hub.example/client/hubs/agents?access_token=a.b-c_d',
  protocol: 'ioap.v1',
  gateway_did: 'did:key:z6MkGateway',
  expires_at: '2026-11-20T00:05:00.000Z',
}

let server: GuardedServer

beforeAll(async () => {
  server = await startGuardedServer()
})
afterAll(() => server.stop())

test('a handshake is sent on to the address, in the body and as a link, and the app asks for an upgrade', async () => {
  const answer = async () => toUpgradeAnswer(negotiation)
  const address = server.serve('/ws', server.guard({ route: 'ws', scope: 'public' }, answer))
  const response = await server.fetch(address)
  expect(response.status).toBe(426)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    upgrade: 'websocket',
    connection: 'upgrade',
    link: `<${negotiation.url}>; rel="alternate"`,
    'cache-control': 'no-store',
  })
  expect(await response.json()).toEqual({ ...negotiation, message: expect.stringContaining('ioap.v1') })
})

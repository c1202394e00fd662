import { expect, test } from 'vitest'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { createNegotiate } from './create-negotiate.ts'

const NOW = Date.UTC(2026, 10, 20)

const open = ({ isFull = false, nonceMs = 600_000 } = {}) =>
  createNegotiate({
    sockets: {
      clientUrl: async ({ minutes, query }) =>
        `wss://hub.example/client/hubs/agents?${new URLSearchParams({ ...query, minutes: String(minutes) })}`,
    },
    gatewayDid: 'did:key:z6MkGateway',
    nonces: { issue: () => ({ nonce: 'n+1', expiresAt: NOW + nonceMs }) },
    capacity: { isFull: async () => isFull },
    minutes: 5,
    clock: createManualClock(NOW),
  })

test('an agent learns where to connect, how, with whom, and for how long', async () => {
  expect(await open()({ nonce: false })).toEqual({
    url: 'wss://hub.example/client/hubs/agents?minutes=5',
    protocol: 'ioap.v1',
    gateway_did: 'did:key:z6MkGateway',
    expires_at: '2026-11-20T00:05:00.000Z',
  })
})

test('a nonce is in the answer and in the address, which is good as long as both are', async () => {
  const answer = await open({ nonceMs: 60_000 })({ nonce: true })
  expect(answer).toMatchObject({ nonce: 'n+1', expires_at: '2026-11-20T00:01:00.000Z' })
  expect(new URL(answer.url).searchParams.get('nonce')).toBe('n+1')
})

test('when all places are taken there is no address', async () => {
  await expect(open({ isFull: true })({ nonce: false })).rejects.toMatchObject({
    status: 503,
    code: 'unavailable',
    retryAfterSeconds: 5,
  })
})

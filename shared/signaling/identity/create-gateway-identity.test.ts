import { expect, test } from 'vitest'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { isSignedByItsSender } from '../../../tests/fixtures/signaling/verify-frame.ts'
import { createAuthenticate } from './create-authenticate.ts'
import { createGatewayIdentity } from './create-gateway-identity.ts'
import { parseDid } from './parse-did.ts'
import { readMessage } from './read-message.ts'

const SECRET = 'a secret of thirty-two characters'
const TIME = '2026-01-12T10:00:00.000Z'

test('instances with one secret are one sender, those with another are another', () => {
  const { did } = createGatewayIdentity({ secretKey: () => SECRET })
  expect(parseDid(did)).toMatchObject({ method: 'key', form: 'standard' })
  expect(createGatewayIdentity({ secretKey: () => SECRET }).did).toBe(did)
  expect(createGatewayIdentity({ secretKey: () => `${SECRET}!` }).did).not.toBe(did)
})

test('a frame is one of the protocol, and proves its sender as every other', () => {
  const gateway = createGatewayIdentity({ secretKey: () => SECRET })
  const text = gateway.sign({
    id: 'answer',
    correlation_id: 'ping',
    timestamp: TIME,
    to: 'did:web:example.com',
    type: 'ERROR',
    payload: { code: 'TIMEOUT', message: 'Zu spät 😀.', details: { n: 1.5, left: undefined } },
  })
  const auth = createAuthenticate({
    resolveDid: () => Promise.reject(new Error('No document is asked for.')),
    clock: createManualClock(Date.parse(TIME)),
    verifySignatures: true,
    validateDids: true,
    acceptLegacyDids: false,
  })
  const read = readMessage(text, { maxBytes: 4096 })
  expect(() => auth.frame(read, { did: gateway.did })).not.toThrow()
  expect(read.message).toMatchObject({ from: gateway.did, version: '1.0', correlation_id: 'ping' })
  expect(isSignedByItsSender(text)).toBe(true)
  const forged = readMessage(text.replace('spät', 'früh'), { maxBytes: 4096 })
  expect(() => auth.frame(forged, { did: gateway.did })).toThrow('signature')
})

test('a secret that is missing is told at first use, and again', () => {
  const gateway = createGatewayIdentity({
    secretKey: () => {
      throw new Error('No secret.')
    },
  })
  expect(() => gateway.did).toThrow('No secret.')
  expect(() => gateway.did).toThrow('No secret.')
})

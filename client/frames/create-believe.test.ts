import { createPrivateKey, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../shared/contract/signaling/canonical-json.ts'
import { didOf } from '../identity/did-of.ts'
import { createBelieve } from './create-believe.ts'

const SEED = new Uint8Array(32).fill(7)
const LEGACY = 'did:key:z6MkGmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB'
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const KEY = createPrivateKey({ key: Buffer.concat([PKCS8, SEED]), format: 'der', type: 'pkcs8' })
const NOW = Date.parse('2026-01-12T10:00:01Z')
const ME = await didOf(new Uint8Array(32))

const frame = (over: object = {}): Record<string, unknown> => ({
  id: '1',
  correlation_id: null,
  timestamp: '2026-01-12T10:00:00.123456Z',
  from: LEGACY,
  to: ME,
  type: 'INTENT',
  payload: { query: 'Äpfel 🍏', params: { count: 3 } },
  version: '1.0',
  ...over,
})

const signed = (members: object, text = canonicalJson(members)): string =>
  JSON.stringify({ ...members, signature: sign(null, Buffer.from(text), KEY).toString('base64') })

const open = (options: Partial<Parameters<typeof createBelieve>[0]> = {}) =>
  createBelieve({ did: ME, now: () => NOW, ...options })

/** As the programs of the first implementation sign: ASCII, and the time without its zone. */
const asFirstProgramsSign = (members: Record<string, unknown>): string => {
  const text = canonicalJson({ ...members, timestamp: String(members['timestamp']).slice(0, -1) })
  return text.replace('Äpfel 🍏', '\\u00c4pfel \\ud83c\\udf4f')
}

describe('a frame is believed', () => {
  test.each([
    ['signed as RFC 8785 has it', signed(frame())],
    ['signed by a program of the first implementation', signed(frame(), asFirstProgramsSign(frame()))],
    [
      'to the gateway itself, an ERROR',
      signed(frame({ to: LEGACY, type: 'ERROR', payload: { code: 'TIMEOUT', message: '' } })),
    ],
  ])('%s', async (_which, text) => {
    expect(await open()(text)).toMatchObject({ id: '1', from: LEGACY })
  })

  test('from a DID whose key is resolved', async () => {
    const publicKey = Buffer.from('ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c', 'hex')
    const believe = open({ resolveKey: async () => publicKey })
    expect(await believe(signed(frame({ from: 'did:web:example.com' })))).toMatchObject({ id: '1' })
  })
})

describe('a frame is not believed', () => {
  test.each([
    ['malformed', 'no JSON', '{'],
    ['malformed', 'unknown members', signed(frame({ more: 1 }))],
    ['malformed', 'a payload of another type', signed(frame({ type: 'OFFER' }))],
    ['malformed', 'another version', signed(frame({ version: '2.0' }))],
    ['not_for_me', 'another receiver', signed(frame({ to: 'did:web:example.com' }))],
    ['stale', 'an old frame', signed(frame({ timestamp: '2026-01-12T09:55:00Z' }))],
    ['stale', 'a frame from the future', signed(frame({ timestamp: '2026-01-12T10:05:02Z' }))],
    ['unknown_key', 'a DID that nobody resolves', signed(frame({ from: 'did:web:example.com' }))],
    ['signature', 'a changed frame', signed(frame()).replace('Äpfel', 'Birnen')],
    ['signature', 'no base64', signed(frame()).replace(/"signature":"../, '"signature":"**')],
    ['signature', "another agent's DID", signed(frame({ from: ME }))],
  ])('%s: %s', async (reason, _which, text) => {
    expect(await open()(text)).toBe(reason)
  })

  test('a second time, until its time is over anyway', async () => {
    let now = NOW
    const believe = open({ now: () => now })
    expect(await believe(signed(frame()))).toMatchObject({ id: '1' })
    expect(await believe(signed(frame()))).toBe('repeated')
    now += 11 * 60_000
    const fresh = { timestamp: new Date(now).toISOString() }
    expect(await believe(signed(frame({ ...fresh, id: '2' })))).toMatchObject({ id: '2' })
    expect(await believe(signed(frame(fresh)))).toMatchObject({ id: '1' })
  })

  test('a forged frame does not make the genuine one a repetition', async () => {
    const believe = open()
    expect(await believe(signed(frame()).replace('Äpfel', 'Birnen'))).toBe('signature')
    expect(await believe(signed(frame()))).toMatchObject({ id: '1' })
  })
})

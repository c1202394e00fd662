import { createPrivateKey, sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../contract/signaling/canonical-json.ts'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { createTestAgent } from '../../../tests/fixtures/signaling/create-test-agent.ts'
import { SignalFailure } from '../signal-failure.ts'
import { createAuthenticate } from './create-authenticate.ts'
import { readMessage } from './read-message.ts'

const SEED = new Uint8Array(32).fill(7)
const LEGACY = 'did:key:z6MkGmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB'
const STANDARD = 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z'
const PUBLIC_KEY = 'GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB'
const SIGNATURE = '9YBXQE48WTxPX6pjYZOswuPRFXa79j4ZYp2ks8YpqOR65dbi6z9rZ5M9A67DgL5iZ6gWQ2S0nmmIsbleYmwLBw=='
const NOW = Date.parse('2026-01-12T10:00:01Z')

const golden = {
  id: '550e8400-e29b-41d4-a716-446655440000',
  correlation_id: null,
  timestamp: '2026-01-12T10:00:00.123456',
  from: LEGACY,
  to: LEGACY,
  type: 'REGISTER',
  payload: { public_key: PUBLIC_KEY },
  version: '1.0',
  signature: SIGNATURE,
}

type Options = Partial<Parameters<typeof createAuthenticate>[0]>

const authenticate = (options: Options = {}) =>
  createAuthenticate({
    resolveDid: () => Promise.reject(new Error('No document is asked for.')),
    clock: createManualClock(NOW),
    verifySignatures: true,
    validateDids: true,
    acceptLegacyDids: true,
    ...options,
  })

const read = (frame: unknown) => readMessage(JSON.stringify(frame), { maxBytes: 64 * 1024 })

const failure = async (work: () => unknown): Promise<string> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof SignalFailure) return `${error.code} ${error.reason}`
    throw error
  }
  return 'none'
}

const registers = (frame: unknown, options?: Options): Promise<string> =>
  failure(() => authenticate(options).register(read(frame)))

const agentOptions = { seed: SEED, now: () => NOW }

test.each([[''], ['Z']])('the golden REGISTER is taken with %j behind its time', async (zone) => {
  const message = { ...golden, timestamp: `${golden.timestamp}${zone}` }
  expect(await authenticate().register(read(message))).toEqual({ did: LEGACY })
})

test.each([['legacy'], ['standard']] as const)(
  'an agent with a %s DID registers and speaks',
  async (form) => {
    const agent = createTestAgent({ ...agentOptions, form })
    expect(agent.did).toBe(form === 'legacy' ? LEGACY : STANDARD)
    const auth = authenticate()
    const proven = await auth.register(read(agent.registration()))
    const offer = agent.frame({ type: 'OFFER', to: LEGACY, payload: { sdp: 'grüße 😀' } })
    expect(() => auth.frame(read(offer), proven)).not.toThrow()
  },
)

test.each([['seed'], ['with Z'], ['without Z']] as const)('the time may be signed %s', async (clock) => {
  expect(await registers(createTestAgent({ ...agentOptions, clock }).registration())).toBe('none')
})

test('the DID itself is taken for its key', async () => {
  const agent = createTestAgent(agentOptions)
  expect(await registers(agent.registration({ public_key: agent.did }))).toBe('none')
})

test('RFC 8785 is taken where Python writes it otherwise', async () => {
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SEED]),
    format: 'der',
    type: 'pkcs8',
  })
  const { signature: _, ...unsigned } = { ...golden, payload: { ...golden.payload, name: 'Grüße 😀' } }
  const signature = sign(null, Buffer.from(canonicalJson(unsigned)), key).toString('base64')
  expect(await registers({ ...unsigned, signature })).toBe('none')
  expect(await registers({ ...unsigned, timestamp: `${golden.timestamp}Z`, signature })).toBe('none')
})

test.each([
  ['another id', { id: 'other' }],
  ['a member more', { payload: { ...golden.payload, name: 'x' } }],
  ['no null', { correlation_id: undefined }],
  ['a time that was not signed', { timestamp: '2026-01-12T10:00:00.123457' }],
  ['no padding', { signature: SIGNATURE.slice(0, -2) }],
  ['bits behind the end of the signature', { signature: SIGNATURE.replace('Bw==', 'Bx==') }],
  ['an empty signature', { signature: '' }],
])('a frame with %s is not signed', async (_what, change) => {
  expect(await registers({ ...golden, ...change })).toBe('INVALID_SIGNATURE signature')
})

test('a signature of another key is none', async () => {
  const other = createTestAgent({ now: () => NOW })
  const frame = other.registration({ public_key: PUBLIC_KEY }, { from: LEGACY, to: LEGACY })
  expect(await registers(frame)).toBe('INVALID_SIGNATURE signature')
})

test('a key that is not the one of the DID is refused', async () => {
  const other = createTestAgent({ now: () => NOW })
  expect(await registers(other.registration({}, { from: LEGACY }))).toBe('INVALID_SIGNATURE wrong_key')
  expect(await registers(other.registration({ public_key: 'no key' }))).toBe('INVALID_SIGNATURE wrong_key')
  expect(await registers(other.registration({ public_key: LEGACY }))).toBe('INVALID_SIGNATURE wrong_key')
})

test('a key of small order is refused', async () => {
  const did = `did:key:z6Mk${'1'.repeat(32)}`
  const frame = { ...golden, from: did, to: did, payload: { public_key: did } }
  expect(await registers(frame)).toBe('INVALID_SIGNATURE wrong_key')
})

test.each([
  ['did:key:gateway'],
  ['did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169'],
  ['did:example:1'],
])('%s is not resolved', async (did) => {
  expect(await registers({ ...golden, from: did })).toBe('INVALID_SIGNATURE unresolvable_did')
})

test('the legacy form can be refused', async () => {
  const options = { acceptLegacyDids: false }
  expect(await registers(golden, options)).toBe('INVALID_SIGNATURE unresolvable_did')
  const standard = createTestAgent({ ...agentOptions, form: 'standard' })
  expect(await registers(standard.registration(), options)).toBe('none')
})

test('five minutes are near enough, in both directions', async () => {
  for (const [offset, expected] of [
    [300_000, 'none'],
    [-300_000, 'none'],
    [300_001, 'INVALID_SIGNATURE stale'],
    [-300_001, 'INVALID_SIGNATURE stale'],
  ] as const) {
    const agent = createTestAgent({ now: () => NOW + offset })
    expect(await registers(agent.registration())).toBe(expected)
  }
})

test('a stale frame is told the time of the gateway', async () => {
  const stale = authenticate({ clock: createManualClock(NOW + 600_000) }).register(read(golden))
  await expect(stale).rejects.toMatchObject({ details: { server_time: '2026-01-12T10:10:01.000Z' } })
})

test('what is no REGISTER proves nothing of its connection, which ends', async () => {
  const agent = createTestAgent(agentOptions)
  const ping = read(agent.frame({ type: 'PING', to: LEGACY, payload: {} }))
  await expect(authenticate().register(ping)).rejects.toMatchObject({
    reason: 'not_registered',
    closes: true,
  })
})

test('a later frame must come from the DID that was proven, and be signed by it', async () => {
  const agent = createTestAgent(agentOptions)
  const other = createTestAgent({ now: () => NOW })
  const auth = authenticate()
  const ping = agent.frame({ type: 'PING', to: LEGACY, payload: { sequence: 1 } })
  const speaks = (frame: unknown, did: string) => failure(() => auth.frame(read(frame), { did }))
  expect(await speaks(ping, agent.did)).toBe('none')
  expect(await speaks(ping, other.did)).toBe('INVALID_SIGNATURE wrong_did')
  expect(await speaks({ ...ping, payload: { sequence: 2 } }, agent.did)).toBe('INVALID_SIGNATURE signature')
  // The standard form of the same key is somebody else.
  const standard = createTestAgent({ ...agentOptions, form: 'standard' })
  expect(await speaks(ping, standard.did)).toBe('INVALID_SIGNATURE wrong_did')
  expect(await speaks({ ...ping, timestamp: '2026-01-12T09:00:00Z' }, agent.did)).toBe(
    'INVALID_SIGNATURE stale',
  )
})

test('of a did:web the document tells the keys', async () => {
  const agent = createTestAgent({ ...agentOptions, did: 'did:web:example.com' })
  const key = Buffer.from('ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c', 'hex').toString(
    'base64url',
  )
  const withKeys = (...keys: string[]): Options => ({ resolveDid: () => Promise.resolve(keys) })
  const auth = authenticate(withKeys('other', key))
  const proven = await auth.register(read(agent.registration()))
  expect(proven).toEqual({ did: agent.did, key })
  expect(() => auth.frame(read(agent.frame({ type: 'PING', to: LEGACY, payload: {} })), proven)).not.toThrow()
  const byDid = agent.registration({ public_key: agent.did })
  expect(await registers(byDid, withKeys(key))).toBe('none')
  expect(await registers(byDid, withKeys('other', key))).toBe('INVALID_SIGNATURE wrong_key')
  expect(await registers(agent.registration(), withKeys('other'))).toBe('INVALID_SIGNATURE wrong_key')
  expect(await registers(agent.registration(), withKeys())).toBe('INVALID_SIGNATURE wrong_key')
})

test('without validation the stated key of a did:web is believed, but must sign', async () => {
  const agent = createTestAgent({ ...agentOptions, did: 'did:web:example.com' })
  const options = { validateDids: false }
  expect(await registers(agent.registration(), options)).toBe('none')
  expect(await registers({ ...agent.registration(), id: 'x' }, options)).toBe('INVALID_SIGNATURE signature')
  expect(await registers(agent.registration({ public_key: agent.did }), options)).toBe(
    'INVALID_SIGNATURE wrong_key',
  )
  expect(await registers({ ...golden, from: 'did:key:z1' }, options)).toBe(
    'INVALID_SIGNATURE unresolvable_did',
  )
})

test('a proven did:web whose key was lost proves nothing', async () => {
  const agent = createTestAgent({ ...agentOptions, did: 'did:web:example.com' })
  const ping = read(agent.frame({ type: 'PING', to: LEGACY, payload: {} }))
  expect(await failure(() => authenticate().frame(ping, { did: agent.did }))).toBe(
    'INVALID_SIGNATURE wrong_key',
  )
})

test('where signatures are not verified, DID, key and time still are', async () => {
  const options = { verifySignatures: false }
  expect(await registers({ ...golden, signature: '' }, options)).toBe('none')
  expect(await registers({ ...golden, from: STANDARD.replace('z6Mk', 'z6Mm') }, options)).not.toBe('none')
  expect(await registers({ ...golden, timestamp: '2026-01-12T09:00:00Z' }, options)).toBe(
    'INVALID_SIGNATURE stale',
  )
})

test('whatever a frame says, it is taken or refused, never anything else', async () => {
  const changes = fc.record(
    {
      from: fc.oneof(
        fc.string(),
        fc.stringMatching(/^did:(key:z6Mk[1-9A-HJ-Za-z]{40,46}|web:[a-z.%:0-9A]{1,20})$/),
      ),
      timestamp: fc.oneof(fc.string(), fc.constant(golden.timestamp)),
      payload: fc.oneof(fc.jsonValue(), fc.record({ public_key: fc.string() })),
      signature: fc.oneof(fc.string(), fc.base64String()),
      type: fc.constantFrom('REGISTER', 'PING', 'INTENT'),
      version: fc.oneof(fc.string(), fc.constant('1.0')),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(changes, async (change) => {
      const taken = await failure(() =>
        authenticate({ resolveDid: async () => [] }).register(read({ ...golden, ...change })),
      )
      if (taken === 'none') expect({ ...golden, ...change }).toEqual(golden)
    }),
  )
})

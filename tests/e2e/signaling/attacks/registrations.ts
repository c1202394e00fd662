import { createHash } from 'node:crypto'
import { toBase58 } from '../../../fixtures/signaling/base58.ts'
import {
  createTestAgent,
  isoTime,
  type Parts,
  type TestAgent,
} from '../../../fixtures/signaling/create-test-agent.ts'
import { toCanonicalJson, toWireJson } from '../../../fixtures/signaling/python-json.ts'
import { fromLittleEndian, GROUP_ORDER } from './little-endian.ts'
import { badSignature, breaksSchema, type Refused } from './attack.ts'

/** A REGISTER over a connection of its own. `did` must not be registered by it. */
export type FalseRegistration = Refused & { name: string; send: () => { did: string; text: string } }

const wrongKey: Refused = { code: 'INVALID_SIGNATURE', reason: 'wrong_key' }
const unresolvable: Refused = { code: 'INVALID_SIGNATURE', reason: 'unresolvable_did' }
const stale: Refused = { code: 'INVALID_SIGNATURE', reason: 'stale' }
const nonce: Refused = { code: 'INVALID_SIGNATURE', reason: 'nonce' }

/** Public keys of small order, also as they must not be written. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
]

const IDENTITY = Buffer.from(SMALL_ORDER[0] ?? '', 'hex')
/** R is the neutral element, S is 0: right whenever the hash is a multiple of the order of the key. */
const UNIVERSAL = Buffer.concat([IDENTITY, Buffer.alloc(32)])

const hashOf = (key: Buffer, text: string): bigint =>
  fromLittleEndian(createHash('sha512').update(IDENTITY).update(key).update(text).digest()) % GROUP_ORDER

/** A REGISTER of a key of small order, with a signature that holds without any private key. */
const withSmallOrder = (hex: string, form: 'legacy' | 'standard'): { did: string; text: string } => {
  const key = Buffer.from(hex, 'hex')
  const prefixed = Buffer.concat([Buffer.from('ed01', 'hex'), key])
  const did = form === 'legacy' ? `did:key:z6Mk${toBase58(key)}` : `did:key:z${toBase58(prefixed)}`
  for (let attempt = 0; ; attempt++) {
    const unsigned = {
      id: `small-${hex}-${attempt}`,
      correlation_id: null,
      timestamp: isoTime(Date.now()),
      from: did,
      to: did,
      type: 'REGISTER',
      payload: { public_key: did },
      version: '1.0',
    }
    if (hashOf(key, toCanonicalJson(unsigned)) % 8n !== 0n) continue
    return { did, text: toWireJson({ ...unsigned, signature: UNIVERSAL.toString('base64') }) }
  }
}

const by = (
  name: string,
  refused: Refused,
  make: (agent: TestAgent) => { payload?: Parts; parts?: Parts; did?: string },
): FalseRegistration => ({
  name,
  ...refused,
  send: () => {
    const agent = createTestAgent()
    const { payload, parts, did = agent.did } = make(agent)
    return { did, text: toWireJson(agent.registration(payload, parts)) }
  },
})

const other = createTestAgent()
const p256 = Buffer.concat([Buffer.from('8024', 'hex'), Buffer.alloc(33, 2)])
const x25519 = Buffer.concat([Buffer.from('ec01', 'hex'), Buffer.alloc(32, 9)])

/** DIDs that hold no Ed25519 key, or lead to no document that the gateway may read. */
const badDids: readonly string[] = [
  'did:key:gateway',
  'did:key:z6Mk',
  'did:key:z6Mkabc',
  'did:key:z6MkOOOO0000IIIIllll',
  `did:key:z6Mk${toBase58(Buffer.alloc(31, 200))}`,
  `did:key:z6Mk${toBase58(Buffer.alloc(33, 200))}`,
  `did:key:z${toBase58(p256)}`,
  `did:key:z${toBase58(x25519)}`,
  `did:key:fed01${'07'.repeat(32)}`,
  'did:example:123',
  'did:ion:abc',
  'did:web:10.0.0.1',
  'did:web:169.254.169.254',
  'did:web:0x7f.1',
  'did:web:example.com:..:x',
  'did:web:user%40example.com',
  'did:web:nobody.invalid',
]

/** First frames that must not register anybody. */
export const registrations: readonly FalseRegistration[] = [
  ...SMALL_ORDER.flatMap((hex) =>
    (['legacy', 'standard'] as const).map((form) => ({
      name: `the key of small order ${hex.slice(0, 8)}…${hex.slice(-2)}, ${form}`,
      ...wrongKey,
      send: () => withSmallOrder(hex, form),
    })),
  ),
  ...badDids.map((did) => by(`the DID ${did}`, unresolvable, () => ({ parts: { from: did, to: did }, did }))),
  by("another agent's key", wrongKey, () => ({ payload: { public_key: other.publicKey } })),
  by("another agent's DID for a key", wrongKey, () => ({ payload: { public_key: other.did } })),
  by('a key that is no base58', wrongKey, () => ({ payload: { public_key: '0OIl' } })),
  by('a key in base64', wrongKey, () => ({
    payload: { public_key: Buffer.alloc(32, 7).toString('base64') },
  })),
  by('a key of 31 bytes', wrongKey, () => ({ payload: { public_key: toBase58(Buffer.alloc(31, 7)) } })),
  by("the DID of another agent, by one's own key", badSignature, () => ({
    payload: { public_key: other.publicKey },
    parts: { from: other.did, to: other.did },
    did: other.did,
  })),
  by("the DID of another agent, by one's own key, which it states", wrongKey, () => ({
    parts: { from: other.did, to: other.did },
    did: other.did,
  })),
  by('no key', breaksSchema, () => ({ payload: { public_key: undefined } })),
  by('an empty key', breaksSchema, () => ({ payload: { public_key: '' } })),
  by('a key that is null', breaksSchema, () => ({ payload: { public_key: null } })),
  by('an unknown key in its payload', breaksSchema, () => ({ payload: { admin: true } })),
  by('capabilities that are a text', breaksSchema, () => ({ payload: { capabilities: 'a2a' } })),
  by('too many capabilities', breaksSchema, () => ({
    payload: { capabilities: Array.from({ length: 65 }, () => 'x') },
  })),
  by('a name that is too long', breaksSchema, () => ({ payload: { name: 'x'.repeat(257) } })),
  by('a card that is a list', breaksSchema, () => ({ payload: { card: [] } })),
  by('a generation of its own', breaksSchema, () => ({ payload: { generation: 1 } })),
  by('the address of another gateway', { code: 'MALFORMED_MESSAGE', reason: 'not_for_the_gateway' }, () => ({
    parts: { to: other.did },
  })),
  by('a nonce where none was asked for', nonce, () => ({ payload: { nonce: 'made up' } })),
  by('a time six minutes ago', stale, () => ({ parts: { timestamp: isoTime(Date.now() - 360_000) } })),
  by('a time in six minutes', stale, () => ({ parts: { timestamp: isoTime(Date.now() + 360_000) } })),
  {
    name: 'a signature by another key',
    ...badSignature,
    send: () => {
      const agent = createTestAgent()
      const unsigned = { ...agent.registration(), signature: undefined }
      return { did: agent.did, text: toWireJson({ ...unsigned, signature: other.signature(unsigned) }) }
    },
  },
  {
    name: 'the golden vector of the seed, whose time is over',
    ...stale,
    send: () => {
      const agent = createTestAgent({ seed: Buffer.alloc(32, 7) })
      const parts = { id: '550e8400-e29b-41d4-a716-446655440000', timestamp: '2026-01-12T10:00:00.123456Z' }
      return { did: agent.did, text: toWireJson(agent.registration({}, parts)) }
    },
  },
]

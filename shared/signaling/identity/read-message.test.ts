import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signedTexts } from '../../contract/signaling/signed-texts.ts'
import { SignalFailure } from '../signal-failure.ts'
import { readMessage, readMessageHead } from './read-message.ts'

const LIMIT = { maxBytes: 4096 }
const DID = 'did:key:z6MkGmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB'
const ping = {
  id: 'one',
  correlation_id: null,
  timestamp: '2026-01-12T10:00:00.123456Z',
  from: DID,
  to: DID,
  type: 'PING',
  payload: { sequence: 1 },
  version: '1.0',
  signature: 'AA==',
}

const refusal = (text: string): { what: string; message: string } => {
  try {
    readMessage(text, LIMIT)
  } catch (error) {
    if (!(error instanceof SignalFailure)) throw error
    return { what: `${error.code} ${error.reason}`, message: error.message }
  }
  return { what: 'none', message: '' }
}

const refusalOf = (change: object) => refusal(JSON.stringify({ ...ping, ...change }))

test('a frame is read with its time and as it came', () => {
  const text = ` ${JSON.stringify(ping)}`
  const read = readMessage(text, LIMIT)
  expect(read.message).toEqual(ping)
  expect(read.time).toBe(Date.UTC(2026, 0, 12, 10, 0, 0, 123))
  expect(read.text).toBe(text)
})

test.each([
  ['2026-01-12T10:00:00', 0],
  ['2026-01-12T10:00:00Z', 0],
  ['2026-01-12T10:00:00+00:00', 0],
  ['2026-01-12T10:00:00.123456789', 123],
])('the time %s is UTC', (timestamp, ms) => {
  const { time } = readMessage(JSON.stringify({ ...ping, timestamp }), LIMIT)
  expect(time).toBe(Date.UTC(2026, 0, 12, 10, 0, 0, ms))
})

test.each([
  ['the payload of another type', { type: 'OFFER' }, 'payload.sdp'],
  [
    'a member that the type has not',
    { payload: { sequence: 1, sdp: '' } },
    'payload: Unrecognized key: "sdp"',
  ],
  ['a member that no frame has', { extra: 1 }, 'Unrecognized key: "extra"'],
  ['an unknown type', { type: 'HELLO' }, 'type:'],
  ['a type of the prototype', { type: 'constructor' }, 'type:'],
  ['no id', { id: undefined }, 'id:'],
  ['an id that is too long', { id: 'x'.repeat(129) }, 'id:'],
  ['no payload', { payload: undefined }, 'payload:'],
  ['no version', { version: undefined }, 'version:'],
  ['a sender that is no DID', { from: 'me' }, 'from: must be a DID'],
  ['a time that is none', { timestamp: 'now' }, 'timestamp: must be an ISO 8601 time'],
  ['a day that is none', { timestamp: '2026-02-30T10:00:00Z' }, 'timestamp:'],
  ['a signature that is too long', { signature: 'A'.repeat(257) }, 'signature:'],
])('a frame with %s is refused, and the key is named', (_what, change, named) => {
  const { what, message } = refusalOf(change)
  expect(what).toBe('MALFORMED_MESSAGE schema')
  expect(message).toContain(named)
})

test('what is said about a frame is short, whatever its keys', () => {
  const { what, message } = refusalOf({ ['k'.repeat(3000)]: 1 })
  expect(what).toBe('MALFORMED_MESSAGE schema')
  expect(message.length).toBeLessThan(500)
})

test.each([['null'], ['[]'], ['"text"'], ['1']])('%s is no frame', (text) => {
  expect(refusal(text).what).toBe('MALFORMED_MESSAGE schema')
})

test.each([[''], ['{'], ['{"id":1,"id":2}'], ['['.repeat(2000)], ['\ufeff{}']])(
  '%.20s is not usable',
  (text) => {
    expect(refusal(text).what).toBe('MALFORMED_MESSAGE not_json')
  },
)

test('a member named __proto__ is unknown as every other', () => {
  const text = `{"__proto__":{"a":1},${JSON.stringify(ping).slice(1)}`
  expect(refusal(text).what).toBe('MALFORMED_MESSAGE schema')
  const inside = JSON.stringify(ping).replace('{"sequence"', '{"__proto__":{"a":1},"sequence"')
  expect(refusal(inside).what).toBe('MALFORMED_MESSAGE schema')
})

test('a member named __proto__ in what is free is signed as it came', () => {
  const intent = JSON.stringify({ ...ping, type: 'INTENT', payload: { params: {} } })
  const { text } = readMessage(intent.replace('"params":{}', '"params":{"__proto__":{"a":1}}'), LIMIT)
  for (const signed of signedTexts(text)) expect(signed.text).toContain('{"__proto__":{"a":1}}')
})

test('another version is told before anything else that is wrong', () => {
  expect(refusalOf({ version: '2.0', new_member: 1, type: 'NEW' }).what).toBe('UNSUPPORTED_VERSION version')
  expect(refusalOf({ version: 1 }).what).toBe('MALFORMED_MESSAGE schema')
})

test('the size is counted in bytes', () => {
  const room = LIMIT.maxBytes - Buffer.byteLength(JSON.stringify({ ...ping, id: '' }))
  const padded = (pad: string): string => `${JSON.stringify({ ...ping, id: '' })}${pad}`
  expect(refusal(padded(' '.repeat(room))).what).toBe('MALFORMED_MESSAGE schema')
  expect(refusal(padded(' '.repeat(room + 1))).what).toBe('MALFORMED_MESSAGE too_large')
  expect(refusal(padded('é'.repeat(room / 2 + 1))).what).toBe('MALFORMED_MESSAGE too_large')
})

test.each([
  [JSON.stringify({ ...ping, version: '9' }), 'one'],
  ['{"id":"x"}', 'x'],
  ['{"id":1}', undefined],
  [`{"id":"${'x'.repeat(129)}"}`, undefined],
  ['{"id":""}', undefined],
  ['null', undefined],
  ['{"id":"x"', undefined],
  ['['.repeat(500_000), undefined],
])('the id of %.40s is read where it can be', (text, id) => {
  expect(readMessageHead(text).id).toBe(id)
})

test('whatever arrives, it is read or refused by a SignalFailure', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ ...ping, payload: value })),
  )
  fc.assert(
    fc.property(anything, (text) => {
      expect(refusal(text).what).toMatch(/^(none|MALFORMED_MESSAGE \w+)$/)
      readMessageHead(text)
    }),
    { numRuns: 500 },
  )
})

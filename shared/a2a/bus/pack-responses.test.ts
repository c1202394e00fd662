import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { decodeMessage } from './decode-message.ts'
import type { BusMessage } from './encode-message.ts'
import type { BusResponse } from './bus-response.ts'
import { packResponses } from './pack-responses.ts'

const MAX_PART_BYTES = 192 * 1024

const response = (sequence: number, members: Partial<MessageEnvelope> = {}, payload = '{}'): BusResponse => ({
  envelope: MessageEnvelope.parse({
    correlation_id: 'c1',
    timestamp: 1_700_000_000_000 + sequence,
    from_proxy: 'b',
    to_proxy: 'a',
    sequence,
    ...members,
  }),
  payload,
})

const unpack = ({ body }: BusMessage): BusResponse[] => {
  const decoded = decodeMessage(body)
  if ('rejection' in decoded) throw new Error(decoded.rejection)
  const { more = [], ...first } = decoded
  return [first, ...more]
}

const sizes = (responses: readonly BusResponse[]): number[] =>
  packResponses(responses).map((message) => unpack(message).length)

test('what is said at once travels in one message, and each keeps what it says', () => {
  const said = [
    response(3, { stream_metadata: { streamId: 'c1', chunkType: 'data', final: false } }, '{"result": 1.0}'),
    response(4, { headers: { 'a2a-extensions': 'urn:x' } }, '{"result":null}'),
    { ...response(5, { original_shape: '0.3' }, '{"result":2}'), original: '{"kind" : "x"}' },
    response(6, { stream_metadata: { streamId: 'c1', chunkType: 'data', final: true } }, '{"error":{}}'),
  ]
  const [message, ...others] = packResponses(said)
  expect(others).toEqual([])
  expect(message?.messageId).toBe('res-c1-1-3')
  expect(message && unpack(message)).toEqual(said)
})

test('what belongs to other calls or attempts, and signs of life, travel alone', () => {
  expect(sizes([])).toEqual([])
  expect(sizes([response(0), response(1, { correlation_id: 'c2' }), response(2)])).toEqual([1, 1, 1])
  expect(sizes([response(0), response(0, { epoch: 2 }), response(1, { epoch: 2 })])).toEqual([1, 2])
  expect(sizes([response(0), response(2), response(3)])).toEqual([1, 2])
  expect(sizes([response(0), response(1, { alive: true }), response(2)])).toEqual([1, 1, 1])
  expect(sizes([response(0), response(1, { notification_id: 'n' })])).toEqual([1, 1])
})

test('whatever is said arrives in order, as it was written, in messages that are not too large', () => {
  const Payload = fc
    .tuple(fc.json(), fc.constantFrom('', ' '), fc.constantFrom(0, 100, 50_000, 180_000))
    .map(([value, space, padding]) => `{"result":${space}${value},"padding":"${'€'.repeat(padding / 3)}"}`)
  fc.assert(
    fc.property(fc.array(Payload, { maxLength: 8 }), (payloads) => {
      const said = payloads.map((payload, index) => response(index, {}, payload))
      const messages = packResponses(said)
      expect(messages.flatMap(unpack)).toEqual(said)
      expect(messages.every(({ body }) => body.length <= MAX_PART_BYTES)).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('what is said in the same message is of the same call, whatever it claims', () => {
  const claims = { sequence: 1, payload: {}, correlation_id: 'c2', from_proxy: 'x', epoch: 9, more: [] }
  const body = JSON.stringify({ ...response(0).envelope, payload: {}, more: [claims] })
  const decoded = decodeMessage(Buffer.from(body))
  const { correlation_id, from_proxy, epoch } = response(0).envelope
  expect(decoded).toMatchObject({ more: [{ envelope: { sequence: 1, correlation_id, from_proxy, epoch } }] })
})

test.each([
  ['{"sequence":1}', 'more: must be an array'],
  ['[1]', 'more: must be an array of objects'],
  ['[{"sequence":1}]', 'payload'],
  ['[{"sequence":-1,"payload":{}}]', 'sequence'],
])('more than one can read is no envelope: %s', (more, reason) => {
  const body = JSON.stringify({ ...response(0).envelope, payload: {}, more: 0 }).replace(
    '"more":0',
    `"more":${more}`,
  )
  expect(decodeMessage(Buffer.from(body))).toEqual({ rejection: expect.stringContaining(reason) })
})

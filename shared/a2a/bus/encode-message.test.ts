import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { decodeMessage } from './decode-message.ts'
import { type BusMessage, encodeRequest, encodeResponse, laneOf } from './encode-message.ts'

const MAX_PART_BYTES = 192 * 1024

const envelope = MessageEnvelope.parse({
  correlation_id: 'c1',
  to_agent: 'echo',
  from_agent: 'ann',
  group: 'tools',
  timestamp: 1_700_000_000_000,
  from_proxy: 'a',
  to_proxy: 'b',
})

const join = (messages: readonly BusMessage[]): Uint8Array => Buffer.concat(messages.map(({ body }) => body))

const only = (messages: readonly BusMessage[]): BusMessage => {
  const [message] = messages
  if (message === undefined || messages.length > 1) throw new Error(`There are ${messages.length} messages.`)
  return message
}

test('a request is addressed to the deployment that hosts the agent', () => {
  const { body, ...message } = only(encodeRequest(envelope, '{}'))
  expect(message).toEqual({
    messageId: 'req-c1-1700000000000',
    correlationId: 'c1',
    contentType: 'application/json',
    applicationProperties: {
      proxyId: 'b',
      fromProxy: 'a',
      toAgent: 'echo',
      fromAgent: 'ann',
      group: 'tools',
    },
  })
  expect(JSON.parse(Buffer.from(body).toString('utf8'))).toMatchObject({ protocol: 'a2a-jsonrpc-sse/1.0' })
})

test('a response has the session of its lane and a name for its place', () => {
  const placed = { ...envelope, epoch: 2, sequence: 7 }
  const message = only(encodeResponse({ envelope: placed, payload: '{}' }))
  expect(message).toMatchObject({ messageId: 'res-c1-2-7', sessionId: laneOf('c1') })
})

test('all responses of a call share one of 32 lanes, and calls spread over all of them', () => {
  const lanes = Array.from({ length: 1000 }, (_, index) => laneOf(`call-${index}`))
  expect(new Set(lanes).size).toBe(32)
  expect(lanes.every((lane) => /^lane-(\d|[12]\d|3[01])$/.test(lane))).toBe(true)
  expect(laneOf('call-1')).toBe(laneOf('call-1'))
})

/** JSON in any spelling: white space, escapes and digits that JSON.stringify would not write. */
const Written = fc
  .tuple(
    fc.json(),
    fc.constantFrom('', ' ', '\n\t'),
    fc.constantFrom('1.0', '12345678901234567890', '"\\u00e9"'),
  )
  .map(([value, space, odd]) => `{"id":${odd},${space}"result"${space}: ${value}${space}}`)

describe('what is sent', () => {
  test('arrives as it was written, in one piece or in many', () => {
    fc.assert(
      fc.property(Written, fc.option(Written, { nil: undefined }), (payload, original) => {
        const said = { envelope, payload, ...(original === undefined ? {} : { original }) }
        expect(decodeMessage(join(encodeResponse(said)))).toEqual(said)
        expect(decodeMessage(join(encodeRequest(envelope, payload)))).toEqual({ envelope, payload })
      }),
    )
  })

  test('is cut into parts that fit into a message, also amid a character', () => {
    const payload = JSON.stringify({ result: 'ü€🐙'.repeat(100_000) })
    const messages = encodeResponse({ envelope, payload })
    expect(messages.length).toBe(Math.ceil(join(messages).length / MAX_PART_BYTES))
    expect(messages.every(({ body }) => body.length <= MAX_PART_BYTES)).toBe(true)
    expect(messages.map(({ messageId }) => messageId)).toEqual(
      messages.map((_, part) => `res-c1-1-0-${part}`),
    )
    expect(messages.map(({ applicationProperties }) => applicationProperties)).toEqual(
      messages.map((_, part) =>
        expect.objectContaining({ proxyId: 'b', partOf: 'res-c1-1-0', part, parts: messages.length }),
      ),
    )
    expect(new Set(messages.map(({ sessionId }) => sessionId))).toEqual(new Set([laneOf('c1')]))
    expect(decodeMessage(join(messages))).toEqual({ envelope, payload })
  })
})

describe('what is no envelope is said to be none', () => {
  const text = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
  test.each([
    ['nothing', Buffer.alloc(0), 'no JSON object'],
    ['other bytes', Buffer.from([0xff, 0xfe]), 'no JSON object'],
    ['half of it', Buffer.from('{"payload":'), 'no JSON object'],
    ['an array', text([]), 'no JSON object'],
    ['no address', text({ ...envelope, to_proxy: undefined, payload: {} }), 'to_proxy'],
    ['a wrong epoch', text({ ...envelope, epoch: 0, payload: {} }), 'epoch'],
    ['another protocol', text({ ...envelope, protocol: 'x', payload: {} }), 'protocol'],
    ['no payload', text(envelope), 'payload'],
    ['a payload that is no object', text({ ...envelope, payload: 1 }), 'payload'],
  ])('%s', (_name, body, reason) => {
    expect(decodeMessage(body)).toEqual({ rejection: expect.stringContaining(reason) })
  })

  test('whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (body) => {
          expect(Object.keys(decodeMessage(body))).toEqual(['rejection'])
        },
      ),
    )
  })
})

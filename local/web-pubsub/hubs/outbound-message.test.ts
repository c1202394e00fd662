import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutboundMessage } from './outbound-message.ts'
import { readPayload, type Payload } from './payload.ts'

const payloads: fc.Arbitrary<Payload> = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => ({ dataType: 'text', text }) as const),
  fc.jsonValue().map((value) => ({ dataType: 'json', json: JSON.stringify(value) }) as const),
  fc.uint8Array().map((bytes) => ({ dataType: 'binary', bytes: Buffer.from(bytes) }) as const),
)

const dataOf = (payload: Payload): unknown => {
  if (payload.dataType === 'json') return JSON.parse(payload.json)
  return payload.dataType === 'text' ? payload.text : payload.bytes.toString('base64')
}

test('any payload, group and user arrive in the frame, which is JSON', () => {
  fc.assert(
    fc.property(payloads, fc.string(), fc.option(fc.string()), (payload, group, fromUserId) => {
      const message = new OutboundMessage({ source: { from: 'group', group, fromUserId }, payload })
      const expected = {
        type: 'message',
        from: 'group',
        group,
        fromUserId,
        dataType: payload.dataType,
        data: dataOf(payload),
      }
      expect(JSON.parse(message.frame.toString())).toEqual(expected)
      expect(JSON.parse(message.reliableFrame(7).toString())).toEqual({ ...expected, sequenceId: 7 })
    }),
  )
})

test('a body is read by its content type, in any writing', () => {
  expect(readPayload('Text/Plain; charset=utf-8', Buffer.from('ü'))).toEqual({ dataType: 'text', text: 'ü' })
  expect(readPayload(undefined, Buffer.from('x'))).toEqual({ dataType: 'text', text: 'x' })
  expect(readPayload('application/json', Buffer.from('{}'))).toEqual({ dataType: 'json', json: '{}' })
  expect(readPayload('image/png', Buffer.from('x'))).toBeUndefined()
  expect(() => readPayload('application/json', Buffer.from('{'))).toThrow(SyntaxError)
})

import { describe, expect, test } from 'vitest'
import { encodeTransfer } from './encode-transfer.ts'
import { assertCodec, plain, readFrame, readValue, type Typed, typed, writeValues } from './rhea.ts'

describe('the codec', () => {
  test('is the one that this broker was written for', () => {
    expect(assertCodec).not.toThrow()
  })

  test.each<[string, Typed, unknown]>([
    ['a text', typed.string('ü'), 'ü'],
    ['a symbol', typed.symbol('s'), 's'],
    ['a negative integer', typed.int(-300), -300],
    ['a long', typed.long(2 ** 40), 2 ** 40],
    ['a time', typed.timestamp(1_700_000_000_000), new Date(1_700_000_000_000)],
    ['bytes', typed.binary(Buffer.from([1, 2])), Buffer.from([1, 2])],
    ['nothing', typed.nothing(), null],
    ['a map', typed.map([[typed.string('a'), typed.boolean(true)]]), { a: true }],
    ['an array of times', typed.timestamps([0]), [new Date(0)]],
    ['an empty array of longs', typed.longs([]), []],
  ])('keeps %s', (_kind, value, expected) => {
    expect(plain(readValue(writeValues(value)))).toEqual(expected)
  })

  test('keeps a long beyond 2^53 as its bytes', () => {
    const bytes = Buffer.from('7fffffffffffff01', 'hex')
    expect(plain(readValue(writeValues(typed.long(bytes))))).toEqual(bytes)
  })

  test('reads the transfers that are written by hand', () => {
    const transfer = { channel: 7, handle: 300, deliveryId: 70_000, settled: false, more: true }
    const bytes = encodeTransfer({ ...transfer, tag: Buffer.alloc(16, 9) }, Buffer.from('payload'))
    const frame = readFrame(bytes)
    expect(frame).toMatchObject({ channel: 7, kind: 'transfer' })
    expect(frame.payload?.toString()).toBe('payload')
    expect(frame.fields).toMatchObject({ handle: 300, delivery_id: 70_000, settled: false, more: true })
  })
})

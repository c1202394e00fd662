import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStreamSplitter } from './split-stream.ts'

const HEADER = Buffer.from('AMQP\0\x01\0\0', 'latin1')

const frame = (payload: Uint8Array): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + payload.length, 0)
  return Buffer.concat([head, payload])
}

/** Cuts bytes at the given places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted(
    (left, right) => left - right,
  )
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

test('headers and frames come out whole, wherever the stream was cut', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 })
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(4_000), { maxLength: 30 }), (bodies, places) => {
      const frames = bodies.map(frame)
      const seen: Buffer[] = []
      let headers = 0
      const split = createStreamSplitter({
        expectsHeader: () => headers === 0,
        onHeader: (header) => {
          headers++
          expect(header.equals(HEADER)).toBe(true)
        },
        onFrame: (bytes) => seen.push(Buffer.from(bytes)),
      })
      for (const chunk of cut(Buffer.concat([HEADER, ...frames]), places)) split(chunk)
      expect(headers).toBe(1)
      expect(seen).toEqual(frames)
    }),
  )
})

test.each([3, 0x7fffffff])('a frame that says it has %i bytes is refused', (size) => {
  const split = createStreamSplitter({
    expectsHeader: () => false,
    onHeader: () => undefined,
    onFrame: () => undefined,
  })
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(size, 0)
  expect(() => split(bytes)).toThrow(/does not speak AMQP 1.0/)
})

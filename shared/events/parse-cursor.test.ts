import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import { EXPIRED_ID, failureId, parseCursor } from './parse-cursor.ts'

test('without a Last-Event-ID the viewer begins where it asks to', () => {
  expect(parseCursor({ lastEventId: null, from: 0 })).toEqual({ kind: 'from', seq: 0 })
  expect(parseCursor({ lastEventId: '', from: 7 })).toEqual({ kind: 'from', seq: 7 })
})

test('the Last-Event-ID wins over from, and the next event is the one after it', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (last, from) => {
      expect(parseCursor({ lastEventId: String(last), from })).toEqual({
        kind: 'after',
        seq: last + 1,
        sawFailure: false,
      })
    }),
  )
})

test('the id of a failure frame brings the viewer back to its place, from the very beginning on', () => {
  fc.assert(
    fc.property(fc.nat(), (seq) => {
      expect(parseCursor({ lastEventId: failureId(seq), from: 0 })).toEqual({
        kind: 'after',
        seq,
        sawFailure: true,
      })
    }),
  )
})

test('who was told that the stream is over says so', () => {
  expect(parseCursor({ lastEventId: EXPIRED_ID, from: 3 })).toEqual({ kind: 'expired' })
})

test.each(['x', '-2', '1.5', '1 ', ' 1', '1e3', '-failed', '1-fail', 'Expired', '9'.repeat(16), '+1', '1\n'])(
  'a Last-Event-ID that is none of ours is refused with what to do: %j',
  (lastEventId) => {
    expect(() => parseCursor({ lastEventId, from: 0 })).toThrow(/Last-Event-ID.*leave the header out/)
  },
)

test('any text is a cursor or a 400', () => {
  fc.assert(
    fc.property(fc.string(), (lastEventId) => {
      try {
        const cursor = parseCursor({ lastEventId, from: 0 })
        expect(cursor.kind === 'expired' || cursor.seq >= 0).toBe(true)
      } catch (error) {
        expect(error instanceof GatewayError && error.status).toBe(400)
      }
    }),
  )
})

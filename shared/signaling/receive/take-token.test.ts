import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeToken } from './take-token.ts'

const rate = { perSecond: 10, burst: 20 }

test('a burst is taken, then one every tenth of a second', () => {
  let bucket: [number, number] | undefined
  for (let index = 0; index < 20; index++) {
    const taken = takeToken(bucket, rate, 0)
    expect(taken.waitMs).toBe(0)
    bucket = taken.bucket
  }
  expect(takeToken(bucket, rate, 0).waitMs).toBe(100)
  expect(takeToken(bucket, rate, 99).waitMs).toBe(1)
  expect(takeToken(bucket, rate, 100).waitMs).toBe(0)
})

test('no window of time admits more than the burst and what comes to it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 200 }), (pauses) => {
      let bucket: [number, number] | undefined
      let now = 0
      let taken = 0
      for (const pause of pauses) {
        now += pause
        const { bucket: next, waitMs } = takeToken(bucket, rate, now)
        bucket = next
        if (waitMs === 0) taken++
      }
      const first = pauses[0] ?? 0
      expect(taken).toBeLessThanOrEqual(rate.burst + ((now - first) * rate.perSecond) / 1000 + 1)
    }),
  )
})

test('a clock that goes backwards gives nothing', () => {
  const { bucket } = takeToken([0, 1000], rate, 0)
  expect(bucket).toEqual([0, 1000])
})

import { assert, double, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { retryDelayMs } from './retry.ts'

test('a fixed delay is the same every time', () => {
  const policy = { retryStrategy: 'fixedDelay', maxRetryCount: 5, delayInterval: { seconds: 3 } } as const
  for (const retryCount of [0, 1, 7]) expect(retryDelayMs(policy, retryCount, () => 0.5)).toBe(3_000)
})

test('an exponential delay starts at the minimum, never passes the maximum and never shrinks on average', () => {
  const policy = {
    retryStrategy: 'exponentialBackoff',
    maxRetryCount: -1,
    minimumInterval: { seconds: 2 },
    maximumInterval: { seconds: 60 },
  } as const
  expect(retryDelayMs(policy, 0, () => 0.5)).toBe(2_000)
  assert(
    property(integer({ min: 0, max: 100 }), double({ min: 0, max: 1, noNaN: true }), (retryCount, random) => {
      const delay = retryDelayMs(policy, retryCount, () => random)
      expect(delay).toBeGreaterThanOrEqual(2_000)
      expect(delay).toBeLessThanOrEqual(60_000)
      expect(retryDelayMs(policy, retryCount + 1, () => 0.5)).toBeGreaterThanOrEqual(
        retryDelayMs(policy, retryCount, () => 0.5),
      )
    }),
  )
})

import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('attempts are 1 s apart, then twice as long each time, up to 30 s; a fifth of it is chance', () => {
  const all = (random: number): number[] =>
    [0, 1, 2, 3, 4, 5, 6, 5000].map((attempt) => backoffMs(attempt, () => random))
  expect(all(1)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  expect(all(0)).toEqual([800, 1600, 3200, 6400, 12_800, 24_000, 24_000, 24_000])
})

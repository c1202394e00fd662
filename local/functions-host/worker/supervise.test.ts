import { expect, test } from 'vitest'
import { restartDelayMs } from './supervise.ts'

test('a crashing app starts again at once, then after 250 ms, 500 ms and so on up to 30 s', () => {
  expect([1, 2, 3, 4, 20].map(restartDelayMs)).toEqual([0, 250, 500, 1_000, 30_000])
})

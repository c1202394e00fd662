import { setTimeout as delay } from 'node:timers/promises'
import type { LocalClock } from '../../../../local/service/clock.ts'

/** Lets the service's time run fast, step by step, until something happened that waits for it. */
export const advanceUntil = async <Result>(
  clock: LocalClock,
  happens: Promise<Result>,
  stepMs = 100,
): Promise<Result> => {
  let isOver = false
  const settled = happens.finally(() => {
    isOver = true
  })
  while (!isOver) {
    clock.advance(stepMs)
    await delay(1)
  }
  return settled
}

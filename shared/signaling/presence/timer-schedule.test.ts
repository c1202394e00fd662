import { expect, test } from 'vitest'
import { timerSchedule } from './timer-schedule.ts'

test.each([
  [1, '*/1 * * * * *'],
  [10, '*/10 * * * * *'],
  [59.9, '*/59 * * * * *'],
  [60, '0 */1 * * * *'],
  [150, '0 */2 * * * *'],
  [3599, '0 */59 * * * *'],
  [3600, '0 0 * * * *'],
  [90_000, '0 0 * * * *'],
])('every %d s at least: %s', (seconds, schedule) => {
  expect(timerSchedule(seconds)).toBe(schedule)
})

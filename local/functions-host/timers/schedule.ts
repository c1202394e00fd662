import { MIN_MONITORED_INTERVAL_MS } from '../limits.ts'
import { parseTimeSpan } from '../settings/parse-time-span.ts'
import { nextOccurrence, parseNcrontab } from './ncrontab.ts'

/** When a timer runs: an NCRONTAB expression in UTC, or every so often. */
export type Schedule = {
  /** Milliseconds since the epoch; undefined when it never runs again. */
  next(after: number): number | undefined
  adjustForDst: boolean
  /** False where two runs can be less than a minute apart: such timers have no stored status. */
  monitored: boolean
}

/** How many runs the host looks at to judge the interval of an expression. */
const SAMPLE = 10

const isMonitored = (next: Schedule['next'], now: number): boolean => {
  let last = next(now)
  for (let index = 0; index < SAMPLE && last !== undefined; index++) {
    const following = next(last)
    if (following !== undefined && following - last < MIN_MONITORED_INTERVAL_MS) return false
    last = following
  }
  return true
}

/**
 * Reads the `schedule` of a timer trigger: NCRONTAB with five or six fields, or a TimeSpan.
 * @throws Error saying what is wrong with it.
 */
export const parseSchedule = (text: string, now: number): Schedule => {
  const intervalMs = parseTimeSpan(text)
  if (intervalMs !== undefined) {
    if (intervalMs <= 0) throw new Error(`the interval ${text} must be longer than nothing`)
    const next = (after: number): number => after + intervalMs
    return { next, adjustForDst: false, monitored: intervalMs >= MIN_MONITORED_INTERVAL_MS }
  }
  const cron = parseNcrontab(text)
  const next = (after: number): number | undefined => nextOccurrence(cron, after)
  return { next, adjustForDst: true, monitored: isMonitored(next, now) }
}

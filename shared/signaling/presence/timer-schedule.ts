const MINUTE_SECONDS = 60
const HOUR_SECONDS = 3600

/**
 * The schedule of a timer (six fields, seconds first) that fires at least every so many seconds: whole seconds below a
 * minute, whole minutes below an hour, then every hour.
 * @param seconds at least 1
 */
export const timerSchedule = (seconds: number): string => {
  if (seconds < MINUTE_SECONDS) return `*/${Math.floor(seconds)} * * * * *`
  if (seconds < HOUR_SECONDS) return `0 */${Math.floor(seconds / MINUTE_SECONDS)} * * * *`
  return '0 0 * * * *'
}

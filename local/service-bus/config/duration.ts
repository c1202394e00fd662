import { MAX_DURATION_MS } from './limits.ts'

const DURATION =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** A month counts 30 days and a year 365, as .NET reads an `xsd:duration`. */
const UNIT_MS = [365 * 86_400_000, 30 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000]

/** Milliseconds of an ISO 8601 duration; undefined when it is none. */
export const parseDuration = (text: string): number | undefined => {
  const match = DURATION.exec(text)
  if (match === null || text === 'P' || text.endsWith('T')) return undefined
  const whole = UNIT_MS.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0)
  // Through ticks of 100 ns, .NET's resolution: 1.003 * 1000 is less than 1003.
  return whole + Math.floor(Math.round(Number(match[7] ?? 0) * 10_000_000) / 10_000)
}

/** `TimeSpan.MaxValue` as Azure writes it, to its last tick. */
const MAX_DURATION = 'P10675199DT2H48M5.4775807S'

/** The ISO 8601 text of a duration in milliseconds, in days and smaller units, as Azure answers it. */
export const formatDuration = (ms: number): string => {
  if (ms === MAX_DURATION_MS) return MAX_DURATION
  const days = Math.floor(ms / 86_400_000)
  const hours = Math.floor(ms / 3_600_000) % 24
  const minutes = Math.floor(ms / 60_000) % 60
  const seconds = (ms % 60_000) / 1_000
  const date = days > 0 ? `${days}D` : ''
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`
  if (date === '' && time === '') return 'PT0S'
  return `P${date}${time === '' ? '' : `T${time}`}`
}

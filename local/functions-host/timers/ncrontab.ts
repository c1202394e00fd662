/** A parsed NCRONTAB expression: what each field allows, as NCrontab (the .NET library of the Functions host) reads it. */
export type Ncrontab = {
  seconds: readonly number[]
  minutes: readonly number[]
  hours: readonly number[]
  days: ReadonlySet<number>
  months: ReadonlySet<number>
  weekdays: ReadonlySet<number>
}

type Field = { name: string; min: number; max: number; names?: readonly string[] }

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const SECOND: Field = { name: 'second', min: 0, max: 59 }
const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: WEEKDAYS },
]

const fail = (text: string, field: Field): never => {
  throw new Error(`"${text}" is no ${field.name} (${field.min} to ${field.max})`)
}

/** A number, or the beginning of a name such as `mon`. */
const parseValue = (text: string, field: Field): number => {
  const named = field.names?.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase())) ?? -1
  const value = /^\d+$/.test(text)
    ? Number(text)
    : text === '' || named < 0
      ? fail(text, field)
      : named + field.min
  return value < field.min || value > field.max ? fail(text, field) : value
}

/** `*`, `a`, `a-b`, each with `/step`; `a/step` runs to the end of the field, a backward range is turned round. */
const parseItem = (text: string, field: Field): number[] => {
  const [range = '', stepText, ...tooMany] = text.split('/')
  if (tooMany.length > 0 || (stepText !== undefined && !/^\d+$/.test(stepText))) return fail(text, field)
  const step = Math.max(1, Number(stepText ?? 1))
  if (range === '*') return expand(field.min, field.max, step)
  const dash = range.indexOf('-')
  if (dash <= 0) {
    const value = parseValue(range, field)
    return stepText === undefined || step === 1 ? [value] : expand(value, field.max, step)
  }
  const [from, to] = [parseValue(range.slice(0, dash), field), parseValue(range.slice(dash + 1), field)]
  return expand(Math.min(from, to), Math.max(from, to), step)
}

const expand = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)

const parseField = (text: string, field: Field): number[] =>
  [...new Set(text.split(',').flatMap((item) => parseItem(item, field)))].toSorted((a, b) => a - b)

/**
 * Parses six fields `second minute hour day month weekday`, or five without the seconds.
 * @throws Error naming the wrong field.
 */
export const parseNcrontab = (expression: string): Ncrontab => {
  const texts = expression.trim().split(/\s+/)
  if (texts.length !== 5 && texts.length !== 6) {
    throw new Error(`"${expression}" must have five or six fields separated by blanks`)
  }
  const seconds = texts.length === 6 ? parseField(texts[0] ?? '', SECOND) : [0]
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = FIELDS.map((field, index) =>
    parseField(texts.at(index - FIELDS.length) ?? '', field),
  )
  return {
    seconds,
    minutes,
    hours,
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays),
  }
}

const DAY_MS = 86_400_000
/** Every combination of month, day and weekday that exists comes up within 40 years (29 February on a given weekday). */
const HORIZON_DAYS = 40 * 366

/** Day of month **and** day of week must both match, unlike in Unix cron. */
const matchesDay = (cron: Ncrontab, date: Date): boolean =>
  cron.months.has(date.getUTCMonth() + 1) &&
  cron.days.has(date.getUTCDate()) &&
  cron.weekdays.has(date.getUTCDay())

/** The first second of the day, at or after `from` (in seconds of the day), that hour, minute and second allow. */
const findInDay = ({ hours, minutes, seconds }: Ncrontab, from: number): number | undefined => {
  for (const hour of hours) {
    if (hour * 3600 + 3599 < from) continue
    for (const minute of minutes) {
      const start = hour * 3600 + minute * 60
      if (start + 59 < from) continue
      const second = seconds.find((value) => start + value >= from)
      if (second !== undefined) return start + second
    }
  }
  return undefined
}

/**
 * The next occurrence in UTC strictly after a time.
 * @param after milliseconds since the epoch
 * @returns milliseconds since the epoch, or undefined when the day does not exist (30 February).
 */
export const nextOccurrence = (cron: Ncrontab, after: number): number | undefined => {
  const first = Math.floor(after / 1000) * 1000 + 1000
  const firstDay = Math.floor(first / DAY_MS) * DAY_MS
  for (let day = 0; day <= HORIZON_DAYS; day++) {
    const midnight = firstDay + day * DAY_MS
    if (!matchesDay(cron, new Date(midnight))) continue
    const second = findInDay(cron, day === 0 ? (first - midnight) / 1000 : 0)
    if (second !== undefined) return midnight + second * 1000
  }
  return undefined
}

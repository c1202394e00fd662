import { assert, constantFrom, integer, property, tuple, uniqueArray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextOccurrence, parseNcrontab } from './ncrontab.ts'

const next = (expression: string, after: string): string | undefined => {
  const time = nextOccurrence(parseNcrontab(expression), Date.parse(after))
  return time === undefined ? undefined : new Date(time).toISOString()
}

const MONDAY = '2024-01-01T00:00:00.000Z'

describe('the next occurrence of an NCRONTAB expression', () => {
  test.each([
    ['* * * * * *', '2024-01-01T00:00:01.000Z'],
    ['*/15 * * * * *', '2024-01-01T00:00:15.000Z'],
    ['0 */5 * * * *', '2024-01-01T00:05:00.000Z'],
    ['*/5 * * * *', '2024-01-01T00:05:00.000Z'],
    ['0 0 9-17 * * *', '2024-01-01T09:00:00.000Z'],
    ['0 30 9 * Jan Mon', '2024-01-01T09:30:00.000Z'],
    ['0 30 9 * 1 tue', '2024-01-02T09:30:00.000Z'],
    ['0 0 0 29 2 *', '2024-02-29T00:00:00.000Z'],
    ['0 0 0 1 * 3', '2024-05-01T00:00:00.000Z'],
    ['0 0 22/1 * * *', '2024-01-01T22:00:00.000Z'],
    ['0 10/20 * * * *', '2024-01-01T00:10:00.000Z'],
    ['0 0 17-9 * * *', '2024-01-01T09:00:00.000Z'],
    ['5,35 1,2 * * * *', '2024-01-01T00:01:05.000Z'],
  ])('%s is %s', (expression, expected) => {
    expect(next(expression, MONDAY)).toBe(expected)
  })

  test('is never for a day that does not exist', () => {
    expect(next('0 0 0 30 2 *', MONDAY)).toBeUndefined()
    expect(next('0 0 0 31 4,6,9,11 *', MONDAY)).toBeUndefined()
  })

  test('needs day of month and day of week to match both', () => {
    expect(next('0 0 0 13 * 5', MONDAY)).toBe('2024-09-13T00:00:00.000Z')
  })

  test('finds 29 February on a given weekday, decades away', () => {
    expect(next('0 0 0 29 2 1', '2024-03-01T00:00:00.000Z')).toBe('2044-02-29T00:00:00.000Z')
  })
})

describe('an expression is refused', () => {
  test.each([
    ['* * * *', 'five or six fields'],
    ['60 * * * * *', '"60" is no second'],
    ['* * * 0 * *', '"0" is no day of month'],
    ['* * * * 13 *', '"13" is no month'],
    ['* * * * * 7', '"7" is no day of week'],
    ['* * * * nov-xyz *', '"xyz" is no month'],
    ['*/a * * * * *', '"*/a" is no second'],
    ['1,,2 * * * * *', '"" is no second'],
  ])('%s: %s', (expression, message) => {
    expect(() => parseNcrontab(expression)).toThrow(message)
  })
})

const values = (min: number, max: number) =>
  uniqueArray(integer({ min, max }), { minLength: 1, maxLength: 4 })
const fields = tuple(values(0, 59), values(0, 59), values(0, 23), values(1, 28), values(1, 12))
const time = integer({ min: Date.parse('2000-01-01'), max: Date.parse('2090-01-01') })

test('the next occurrence is later, whole seconds, matches every field, and the one before it is not missed', () => {
  assert(
    property(fields, time, ([seconds, minutes, hours, days, months], after) => {
      const cron = parseNcrontab([seconds, minutes, hours, days, months, '*'].join(' '))
      const found = nextOccurrence(cron, after)
      if (found === undefined) throw new Error('every day up to the 28th exists')
      const date = new Date(found)
      expect(found).toBeGreaterThan(after)
      expect(found % 1000).toBe(0)
      expect(seconds).toContain(date.getUTCSeconds())
      expect(minutes).toContain(date.getUTCMinutes())
      expect(hours).toContain(date.getUTCHours())
      expect(days).toContain(date.getUTCDate())
      expect(months).toContain(date.getUTCMonth() + 1)
      expect(nextOccurrence(cron, found - 1)).toBe(found)
      const later = nextOccurrence(cron, found)
      expect(later).toBeGreaterThan(found)
    }),
  )
})

test('no occurrence is skipped: stepping finds the same as looking at every second of an hour', () => {
  assert(
    property(values(0, 59), values(0, 59), time, (seconds, minutes, after) => {
      const cron = parseNcrontab(`${seconds.join()} ${minutes.join()} * * * *`)
      const start = Math.floor(after / 1000) * 1000
      const end = start + 3_600_000
      const expected: number[] = []
      for (let at = start + 1000; at <= end; at += 1000) {
        const date = new Date(at)
        if (seconds.includes(date.getUTCSeconds()) && minutes.includes(date.getUTCMinutes()))
          expected.push(at)
      }
      const found: number[] = []
      let last = nextOccurrence(cron, start)
      while (last !== undefined && last <= end) {
        found.push(last)
        last = nextOccurrence(cron, last)
      }
      expect(found).toEqual(expected)
    }),
    { numRuns: 30 },
  )
})

test('writing fields as ranges, steps, names or lists means the same', () => {
  const spellings = constantFrom(
    ['0 0 0 * * 1-5', '0 0 0 * * mon,tue,wed,thu,fri'],
    ['*/10 * * * * *', '0,10,20,30,40,50 * * * * *'],
    ['0 0 */6 * * *', '0 0 0-23/6 * * *'],
    ['0 0 0 1 mar-may *', '0 0 0 1 3,4,5 *'],
    ['0 15 * * *', '0 0 15 * * *'],
  )
  assert(
    property(spellings, time, ([one = '', other = ''], after) => {
      expect(nextOccurrence(parseNcrontab(one), after)).toBe(nextOccurrence(parseNcrontab(other), after))
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normaliseTimestamp, Timestamp } from './timestamp.ts'

test.each([
  ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z'],
  ['2026-11-20T10:00:00', '2026-11-20T10:00:00Z'],
  ['2026-11-20 10:00:00', '2026-11-20T10:00:00Z'],
  ['2026-11-20t10:00:00z', '2026-11-20T10:00:00Z'],
  ['2026-11-20T10:00', '2026-11-20T10:00:00Z'],
  ['2026-11-20 10:00:00.123456789+02:00', '2026-11-20T10:00:00.123456789+02:00'],
  ['2026-11-20 10:00:00,123', '2026-11-20T10:00:00.123Z'],
  ['2026-11-20T10:00:00-0530', '2026-11-20T10:00:00-05:30'],
  ['2026-11-20T10:00:00+02', '2026-11-20T10:00:00+02:00'],
  ['2026-11-20 10:00:00 +02:00', '2026-11-20T10:00:00+02:00'],
  [' 2026-11-20T10:00:00Z ', '2026-11-20T10:00:00Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00Z'],
])('%s is read as %s', (text, expected) => {
  expect(normaliseTimestamp(text)).toBe(expected)
})

test.each([
  '',
  'now',
  '1763632800',
  '2026-11-20',
  '2026-11-20T10',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-11-20T24:00:00Z',
  '2026-11-20T10:60:00Z',
  '2026-11-20T10:00:60Z',
  '2026-11-20T10:00:00.Z',
  '2026-11-20T10:00:00.1234567890Z',
  '2026-11-20T10:00:00+24:00',
  '2026-11-20T10:00:00+01:60',
  '2026-11-20T10:00:00 GMT',
  '2026-11-20T10:00:00Z; DROP TABLE',
  '26-11-20T10:00:00Z',
])('%s is not a time', (text) => {
  expect(normaliseTimestamp(text)).toBeUndefined()
  expect(Timestamp.safeParse(text).error?.issues[0]?.message).toContain('ISO 8601')
})

test('what is not a text is refused', () => {
  for (const value of [0, null, undefined, {}, new Date(0)])
    expect(Timestamp.safeParse(value).success).toBe(false)
})

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0')

/** A time of day somewhere, as its parts, in one of the accepted spellings. */
const Spelling = fc.record({
  date: fc.date({
    min: new Date('0000-01-02T00:00:00Z'),
    max: new Date('9999-12-30T00:00:00Z'),
    noInvalidDate: true,
  }),
  separator: fc.constantFrom('T', 't', ' '),
  point: fc.constantFrom('.', ','),
  digits: fc.integer({ min: 0, max: 9 }),
  more: fc.stringMatching(/^\d{6}$/),
  zone: fc.oneof(
    fc.constantFrom('', 'Z', 'z'),
    fc
      .tuple(
        fc.constantFrom('+', '-'),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.constantFrom(':', ''),
      )
      .map(([sign, hours, minutes, colon]) => `${sign}${pad(hours)}${colon}${pad(minutes)}`),
  ),
  blank: fc.constantFrom('', ' '),
})

const minutesOf = (zone: string): number => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? []
  return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

test('any time in any accepted spelling is the same instant to Date', () => {
  fc.assert(
    fc.property(Spelling, ({ date, separator, point, digits, more, zone, blank }) => {
      const iso = date.toISOString()
      const fraction = `${iso.slice(20, 23)}${more}`.slice(0, digits)
      const [day, time] = [iso.slice(0, 10), iso.slice(11, 19)]
      const text = `${day}${separator}${time}${digits === 0 ? '' : point + fraction}${zone === '' ? '' : blank + zone}`
      const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
      const local = Math.floor(date.getTime() / 1000) * 1000 + milliseconds
      const normalised = normaliseTimestamp(text) ?? ''
      expect(new Date(normalised).getTime()).toBe(local - minutesOf(zone) * 60_000)
      expect(normalised.slice(19).replace(/[Z+-].*$/, '')).toBe(digits === 0 ? '' : `.${fraction}`)
    }),
  )
})

test('normalising twice changes nothing', () => {
  fc.assert(
    fc.property(Spelling, ({ date, separator, zone }) => {
      const once = normaliseTimestamp(date.toISOString().slice(0, 19).replace('T', separator) + zone) ?? ''
      expect(normaliseTimestamp(once)).toBe(once)
    }),
  )
})

test('no text makes it throw, and what it accepts Date accepts', () => {
  const almost = fc
    .array(fc.constantFrom('2', '0', '9', '-', ':', 'T', ' ', '.', 'Z', '+'), { maxLength: 30 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      const normalised = normaliseTimestamp(text)
      expect(normalised === undefined || !Number.isNaN(Date.parse(normalised))).toBe(true)
    }),
  )
})

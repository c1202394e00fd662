import * as z from 'zod'

const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})([.,]\d{1,9})?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/

const isRealDate = (year: number, month: number, day: number): boolean => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const normaliseZone = (zone: string | undefined): string | undefined => {
  if (zone === undefined || zone === 'z' || zone === 'Z') return 'Z'
  const [hours = '', minutes = '00'] = [zone.slice(1, 3), zone.slice(3).replace(':', '') || '00']
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return `${zone[0]}${hours}:${minutes}`
}

/**
 * Reads an ISO 8601 time with or without zone (none means UTC), with 'T' or a blank, up to 9 digits of fraction after a point or a
 * comma.
 * @returns the same instant as RFC 3339 with all given digits, or undefined when it is not a time.
 */
export const normaliseTimestamp = (text: string): string | undefined => {
  const match = PATTERN.exec(text.trim())
  if (match === null) return undefined
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = '', zone] =
    match
  if (!isRealDate(Number(year), Number(month), Number(day))) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const offset = normaliseZone(zone)
  return offset === undefined
    ? undefined
    : `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.replace(',', '.')}${offset}`
}

export const Timestamp = z.string().transform((text, context) => {
  const normalised = normaliseTimestamp(text)
  if (normalised !== undefined) return normalised
  context.addIssue({
    code: 'custom',
    message: 'must be an ISO 8601 time such as 2026-11-20T10:00:00.123Z (no zone means UTC)',
  })
  return z.NEVER
})

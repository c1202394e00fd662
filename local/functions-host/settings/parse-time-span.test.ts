import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTimeSpan } from './parse-time-span.ts'

describe('a TimeSpan', () => {
  test.each([
    ['00:00:01', 1_000],
    ['01:30', 5_400_000],
    ['1.00:00:00', 86_400_000],
    ['00:00:00.5', 500],
    ['-00:00:01', -1_000],
    ['24:00:00', undefined],
    ['00:60:00', undefined],
    ['5', undefined],
    ['* * * * *', undefined],
  ])('%s is %s ms', (text, expected) => {
    expect(parseTimeSpan(text)).toBe(expected)
  })

  test('written from any number of seconds is read back', () => {
    assert(
      property(integer({ min: 0, max: 10_000_000 }), (seconds) => {
        const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
        const time = `${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
        expect(parseTimeSpan(`${Math.floor(seconds / 86_400)}.${time}`)).toBe(seconds * 1000)
      }),
    )
  })
})

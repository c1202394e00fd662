import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'
import { MAX_DURATION_MS } from './limits.ts'

test.each([
  ['PT5S', 5_000],
  ['PT0.25S', 250],
  ['PT1M', 60_000],
  ['P1DT2H3M4S', 93_784_000],
  ['P1Y', 31_536_000_000],
  ['P1M', 2_592_000_000],
  ['P1W', 604_800_000],
  ['PT0S', 0],
  ['P10675199DT2H48M5.4775807S', MAX_DURATION_MS],
])('%s has %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', 'P', 'PT', '5', '00:01:00', 'P1', 'PT1', 'P1H', '-PT1S', 'pt1s', 'P1DT'])(
  '%s is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test('a duration reads back from its text', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
  expect(parseDuration(formatDuration(MAX_DURATION_MS))).toBe(MAX_DURATION_MS)
})

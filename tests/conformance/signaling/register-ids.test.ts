import { expect, test } from 'vitest'
import { Settings } from '../../../shared/kernel/config/settings.ts'
import { TIME_WINDOW_MS } from '../../../shared/signaling/identity/check-time.ts'

const HOUR_MS = 3_600_000

test('no setting forgets the id of a REGISTER while its time is good', () => {
  // One that is signed for the latest time that is taken is good until twice the window is over.
  const short = { a2a: { session_hours: (2 * TIME_WINDOW_MS) / HOUR_MS } }
  expect(Settings.safeParse(short).success).toBe(false)
  expect(Settings.parse({ a2a: { session_hours: 0.25 } }).a2a.session_hours * HOUR_MS).toBeGreaterThan(
    2 * TIME_WINDOW_MS,
  )
})

import { expect, test } from 'vitest'
import { decideOutcome } from './delivery-outcome.ts'

test.each([200, 201, 202, 204, 299])('%i is a delivery', (status) => {
  expect(decideOutcome({ status }, 6)).toEqual({ kind: 'delivered' })
})

test.each([301, 302, 400, 401, 404, 410, 422])('%i is for good at the first attempt', (status) => {
  expect(decideOutcome({ status }, 1)).toMatchObject({
    kind: 'dead',
    reason: 'push_rejected',
    why: expect.stringContaining(String(status)),
  })
})

test.each([
  { status: 408 },
  { status: 429 },
  { status: 500 },
  { status: 503 },
  { failure: 'unreachable' as const },
  { failure: 'timeout' as const },
  { failure: 'broken' as const },
])('%j is tried again after 1 s, 5 s, 30 s, 2 min and 10 min, then given up', (answer) => {
  const outcomes = [1, 2, 3, 4, 5, 6].map((attempt) => decideOutcome(answer, attempt))
  expect(outcomes.slice(0, 5)).toEqual(
    [1, 5, 30, 120, 600].map((seconds) => ({ kind: 'again', afterMs: seconds * 1000 })),
  )
  expect(outcomes[5]).toMatchObject({ kind: 'dead', reason: 'push_exhausted' })
})

test('an address that may not be called is for good', () => {
  expect(decideOutcome({ failure: 'refused' }, 1)).toMatchObject({ kind: 'dead', reason: 'push_refused' })
})

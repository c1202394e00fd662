import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { badRequest, notConfigured, unavailable } from './errors.ts'
import { isTransient, retryTransient } from './retry.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const outage = unavailable('The storage is away.')

/** An operation that fails `times` times with `error` and then answers how often it was tried. */
const failing = (
  times: number,
  error: unknown,
): { operation: () => Promise<number>; tries: () => number } => {
  let tries = 0
  const operation = async (): Promise<number> => {
    tries++
    if (tries <= times) throw error
    return tries
  }
  return { operation, tries: () => tries }
}

test('only what passes by itself is transient', () => {
  expect(isTransient(outage)).toBe(true)
  for (const error of [badRequest('x'), notConfigured('x', 'y'), new Error('x'), 'x', undefined])
    expect(isTransient(error)).toBe(false)
})

test('an operation that succeeds is run once', async () => {
  const { operation, tries } = failing(0, outage)
  expect(await retryTransient(operation, { budgetMs: 1000 })).toBe(1)
  expect(tries()).toBe(1)
})

test('an outage is waited out, and every failed attempt is reported', async () => {
  const reported: unknown[] = []
  const { operation } = failing(5, outage)
  const result = retryTransient(operation, { budgetMs: 120_000, onRetry: (error) => reported.push(error) })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await result).toBe(6)
  expect(reported).toEqual([outage, outage, outage, outage, outage])
})

test('any other failure is thrown at once and not reported', async () => {
  const onRetry = vi.fn<(error: unknown) => void>()
  const { operation, tries } = failing(9, badRequest('It is wrong.'))
  await expect(retryTransient(operation, { budgetMs: 120_000, onRetry })).rejects.toThrow('It is wrong.')
  expect(tries()).toBe(1)
  expect(onRetry).not.toHaveBeenCalled()
})

test('a failure of another kind during an outage ends the waiting', async () => {
  let tries = 0
  const result = retryTransient(
    async () => {
      throw ++tries === 3 ? badRequest('It is wrong.') : outage
    },
    { budgetMs: 120_000 },
  )
  const refused = expect(result).rejects.toThrow('It is wrong.')
  await vi.advanceTimersByTimeAsync(60_000)
  await refused
  expect(tries).toBe(3)
})

test('when the budget is spent the outage is thrown', async () => {
  const { operation, tries } = failing(Infinity, outage)
  const result = retryTransient(operation, { budgetMs: 120_000 })
  const refused = expect(result).rejects.toBe(outage)
  await vi.advanceTimersByTimeAsync(119_000)
  const soFar = tries()
  await vi.advanceTimersByTimeAsync(10_000)
  await refused
  // Pauses grow up to 5 s, so an outage of two minutes is not hammered.
  expect(soFar).toBeGreaterThan(10)
  expect(soFar).toBeLessThan(200)
  expect(vi.getTimerCount()).toBe(0)
})

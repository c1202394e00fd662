import { expect, test } from 'vitest'
import { lazy } from './lazy.ts'

test('a value is made at first use, once, even when it is undefined', () => {
  let made = 0
  const value = lazy(() => void made++)
  expect(made).toBe(0)
  value()
  value()
  expect(made).toBe(1)
})

test('a failure is not kept: the next use tries again', () => {
  let attempts = 0
  const value = lazy(() => {
    if (++attempts === 1) throw new Error('not yet')
    return attempts
  })
  expect(value).toThrow('not yet')
  expect(value()).toBe(2)
  expect(value()).toBe(2)
})

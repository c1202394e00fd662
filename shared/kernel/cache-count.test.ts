import { expect, test } from 'vitest'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { cacheCount } from './cache-count.ts'

const open = (count: () => Promise<number>) => {
  const clock = createManualClock()
  return { clock, cached: cacheCount({ count, clock, cacheMs: 5000 }) }
}

test('it is counted once in a time, and follows the changes made here in between', async () => {
  let stored = 10
  let counted = 0
  const { clock, cached } = open(async () => {
    counted++
    return stored
  })
  cached.add(1)
  expect(await cached.read()).toBe(10)
  cached.add(1)
  cached.add(1)
  cached.add(-1)
  expect(await cached.read()).toBe(11)
  stored = 50
  clock.advance(4999)
  expect([await cached.read(), counted]).toEqual([11, 1])
  clock.advance(1)
  expect([await cached.read(), counted]).toEqual([50, 2])
})

test('it never is below nothing', async () => {
  const { cached } = open(async () => 0)
  await cached.read()
  cached.add(-1)
  expect(await cached.read()).toBe(0)
})

test('a count that failed is made again by who asks next', async () => {
  let isDown = true
  const { cached } = open(async () => {
    if (isDown) throw new Error('Table Storage does not answer.')
    return 3
  })
  await expect(cached.read()).rejects.toThrow('does not answer')
  isDown = false
  expect(await cached.read()).toBe(3)
})

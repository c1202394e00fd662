import { expect, test } from 'vitest'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { rememberDeliveries } from './remember-deliveries.ts'

const open = () => {
  const clock = createManualClock()
  let count = 0
  return { clock, once: rememberDeliveries<number>({ clock }), work: async () => ++count }
}

test('the same delivery gets the answer of the first, also while that is still at work', async () => {
  const { once } = open()
  const { promise, resolve } = Promise.withResolvers<number>()
  const first = once('a', () => promise)
  const second = once('a', async () => 2)
  resolve(1)
  expect(await Promise.all([first, second, once('a', async () => 3)])).toEqual([1, 1, 1])
})

test('others are others', async () => {
  const { once, work } = open()
  expect([await once('a', work), await once('b', work)]).toEqual([1, 2])
})

test('a failure is tried again, and everybody who waited for it sees it', async () => {
  const { once, work } = open()
  const fail = async (): Promise<number> => Promise.reject(new Error('away'))
  const [first, second] = [once('a', fail), once('a', work)]
  await expect(first).rejects.toThrow('away')
  await expect(second).rejects.toThrow('away')
  expect(await once('a', work)).toBe(1)
})

test('after two minutes, and when there are too many, the oldest is forgotten', async () => {
  const { clock, once, work } = open()
  await once('a', work)
  clock.advance(119_999)
  expect([await once('a', work), await once('b', work)]).toEqual([1, 2])
  clock.advance(1)
  expect([await once('a', work), await once('b', work)]).toEqual([3, 2])
  for (let index = 0; index < 4096; index++) await once(`c${index}`, work)
  expect(await once('a', work)).toBe(4100)
})

import { expect, test } from 'vitest'
import { createChannel } from './channel.ts'

test('everything comes in order, also what was there before the reader', async () => {
  const channel = createChannel<number>()
  channel.push([1, 2])
  const read = channel.read()
  expect((await read.next()).value).toBe(1)
  expect((await read.next()).value).toBe(2)
  const third = read.next()
  channel.push([3])
  expect((await third).value).toBe(3)
  const end = read.next()
  channel.end()
  expect((await end).done).toBe(true)
})

test('a failure comes after what was said before it; nothing undoes it', async () => {
  const channel = createChannel<number>()
  channel.push([1])
  channel.fail(new Error('broken off'))
  channel.end()
  const read = channel.read()
  expect((await read.next()).value).toBe(1)
  await expect(read.next()).rejects.toThrow('broken off')
})

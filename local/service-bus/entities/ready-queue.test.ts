import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readContent } from '../messages/content.ts'
import { createMessage, type Message } from './message.ts'
import { createReadyQueue } from './ready-queue.ts'

const content = readContent(Buffer.from([0x00, 0x53, 0x75, 0xa0, 0x00]))
const message = (sequence: number): Message => createMessage({ content, sequence, enqueuedAt: 0 })

test('gives messages by sequence number, whatever order they came or came back in', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1_000), { maxLength: 200 }), fc.nat(50), (sequences, returned) => {
      const queue = createReadyQueue()
      for (const sequence of sequences) queue.push(message(sequence))
      const taken = Array.from({ length: returned }, () => queue.shift()).filter(
        (taken) => taken !== undefined,
      )
      for (const back of taken.toReversed()) queue.push(back)
      const all: number[] = []
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) all.push(next.sequence)
      expect(all).toEqual(sequences.toSorted((left, right) => left - right))
    }),
  )
})

test('skips messages that are gone', () => {
  const queue = createReadyQueue()
  const [first, second, third] = [message(1), message(2), message(3)]
  for (const each of [first, second, third]) queue.push(each)
  first.gone = true
  third.gone = true
  expect(queue.first()).toBe(second)
  expect(queue.shift()).toBe(second)
  expect(queue.shift()).toBeUndefined()
})

test('forgets messages that are gone, also behind one that stays', () => {
  const queue = createReadyQueue()
  const stays = message(0)
  queue.push(stays)
  for (let sequence = 1; sequence <= 10_000; sequence++) {
    const short = message(sequence)
    queue.push(short)
    short.gone = true
  }
  expect(queue.kept).toBeLessThan(1_000)
  expect([queue.shift(), queue.shift()]).toEqual([stays, undefined])
})

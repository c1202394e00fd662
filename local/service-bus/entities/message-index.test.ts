import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readContent } from '../messages/content.ts'
import { createMessageIndex } from './message-index.ts'
import { createMessage } from './message.ts'

const content = readContent(Buffer.from([0x00, 0x53, 0x75, 0xa0, 0x00]))

test('lists what is in it in order, from any number on, through additions and removals in any order', () => {
  const step = fc.record({ sequence: fc.nat(300), remove: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 900 }), fc.nat(300), (steps, from) => {
      const index = createMessageIndex()
      const model = new Set<number>()
      for (const { sequence, remove } of steps) {
        const known = index.get(sequence)
        if (remove && known !== undefined) {
          known.gone = true
          index.remove(known)
          model.delete(sequence)
        } else if (!remove && known === undefined) {
          index.add(createMessage({ content, sequence, enqueuedAt: 0 }))
          model.add(sequence)
        }
      }
      const expected = [...model]
        .filter((sequence) => sequence >= from)
        .toSorted((left, right) => left - right)
      expect([...index.from(from)].map(({ sequence }) => sequence)).toEqual(expected)
      expect(index.size).toBe(model.size)
    }),
    { numRuns: 50 },
  )
})

test('a message that was removed and came again is listed once', () => {
  const index = createMessageIndex()
  const first = createMessage({ content, sequence: 1, enqueuedAt: 0 })
  index.add(first)
  first.gone = true
  index.remove(first)
  const again = createMessage({ content, sequence: 1, enqueuedAt: 0 })
  index.add(again)
  expect([...index.from(0)]).toEqual([again])
})

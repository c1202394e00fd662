import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPageCache } from './page-cache.ts'

const page = (from: number, characters: number) => [{ seq: from, body: 'x'.repeat(characters), late: false }]

test('a page is there until others need its room; the one used longest ago goes first', () => {
  const cache = createPageCache({ maxCharacters: 100 })
  cache.keep(0, page(0, 40))
  cache.keep(1, page(1, 40))
  expect(cache.get(0)).toEqual(page(0, 40))
  cache.keep(2, page(2, 40))
  expect([0, 1, 2].map((from) => cache.get(from)?.length)).toEqual([1, undefined, 1])
})

test('a page larger than all the room is not kept', () => {
  const cache = createPageCache({ maxCharacters: 100 })
  cache.keep(0, page(0, 101))
  expect(cache.get(0)).toBeUndefined()
})

test('what is held never exceeds the room, and is what was last kept', () => {
  const Step = fc.record({ from: fc.nat({ max: 5 }), characters: fc.nat({ max: 60 }) })
  fc.assert(
    fc.property(fc.array(Step), (steps) => {
      const cache = createPageCache({ maxCharacters: 100 })
      const latest = new Map<number, number>()
      for (const { from, characters } of steps) {
        cache.keep(from, page(from, characters))
        latest.set(from, characters)
        const held = [0, 1, 2, 3, 4, 5].flatMap((at) => cache.get(at) ?? [])
        expect(held.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThanOrEqual(100)
        for (const { seq, body } of held) expect(body.length).toBe(latest.get(seq))
      }
    }),
  )
})

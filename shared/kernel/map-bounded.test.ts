import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mapBounded } from './map-bounded.ts'

test('every item is worked on once, never more than the limit at a time, and the results stand in order', async () => {
  const turns = fc.array(fc.nat(5), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 6 }), async (items, limit) => {
      let running = 0
      const results = await mapBounded(items, limit, async (item) => {
        expect(++running).toBeLessThanOrEqual(limit)
        for (let turn = 0; turn < item; turn++) await Promise.resolve()
        running--
        return item * 2
      })
      expect(results).toEqual(items.map((item) => item * 2))
    }),
  )
})

test('a failure is thrown', async () => {
  const fail = mapBounded([1, 2, 3], 2, async (item) => {
    if (item === 2) throw new Error('No.')
  })
  await expect(fail).rejects.toThrow('No.')
})

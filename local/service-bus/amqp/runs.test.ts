import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRuns } from './runs.ts'

test('ranges hold the same ids in the same order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (ids) => {
      const runs = createRuns()
      for (const id of ids) runs.add(id)
      const ranges = runs.take()
      const unfolded = ranges.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      )
      expect(unfolded).toEqual(ids)
      expect(runs.take()).toEqual([])
    }),
  )
})

test('ids that wrap around are neighbours', () => {
  const runs = createRuns()
  for (const id of [0xfffffffe, 0xffffffff, 0]) runs.add(id)
  expect(runs.take()).toEqual([{ first: 0xfffffffe, last: 0 }])
})

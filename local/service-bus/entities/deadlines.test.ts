import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { createLocalClock, type LocalClock } from '../../service/clock.ts'
import { createDeadlines } from './deadlines.ts'

const clocks: LocalClock[] = []
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop()
})

const create = () => {
  const clock = createLocalClock()
  clocks.push(clock)
  return { clock, deadlines: createDeadlines(clock), start: clock.now() }
}

test('run in the order of their times, equal ones in the order they were set, cancelled ones never', () => {
  const entry = fc.record({ after: fc.integer({ min: 1, max: 50 }), cancelled: fc.boolean() })
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 3_000 }), (entries) => {
      const { clock, deadlines, start } = create()
      const ran: number[] = []
      const set = entries.map(({ after }, index) =>
        deadlines.at(start + after * 1_000, () => ran.push(index)),
      )
      for (const [index, { cancelled }] of entries.entries()) if (cancelled) set[index]?.cancel()
      clock.advance(60_000)
      const expected = entries
        .map((each, index) => ({ ...each, index }))
        .filter(({ cancelled }) => !cancelled)
        .toSorted((left, right) => left.after - right.after)
        .map(({ index }) => index)
      expect(ran).toEqual(expected)
    }),
    { numRuns: 20 },
  )
})

test('that are set while others run are run when their time has come', () => {
  const { clock, deadlines, start } = create()
  const ran: string[] = []
  deadlines.at(start + 10_000, () => {
    ran.push('first')
    deadlines.at(start + 15_000, () => ran.push('in the past already'))
    deadlines.at(start + 90_000, () => ran.push('later'))
  })
  clock.advance(20_000)
  expect(ran).toEqual(['first', 'in the past already'])
  clock.advance(70_000)
  expect(ran).toEqual(['first', 'in the past already', 'later'])
})

test('of a clock that stopped do not run', () => {
  const { clock, deadlines, start } = create()
  const ran: string[] = []
  deadlines.at(start + 1_000, () => ran.push('too late'))
  deadlines.stop()
  clock.advance(5_000)
  expect(ran).toEqual([])
})

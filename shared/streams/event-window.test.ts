import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventWindow } from './event-window.ts'
import type { StoredEvent } from './stream-state.ts'

const event = (seq: number, characters = 1): StoredEvent => ({
  seq,
  body: 'x'.repeat(characters),
  late: false,
})
const run = (from: number, to: number, characters = 1): StoredEvent[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => event(from + index, characters))
const seqs = (events: readonly StoredEvent[] | undefined): number[] | undefined =>
  events?.map(({ seq }) => seq)

const roomy = { maxEvents: 100, maxCharacters: 10_000 }

test('what is pushed is held in order, and a slice is cut from anywhere in it', () => {
  const window = createEventWindow(roomy)
  window.restart(5)
  for (const item of run(5, 10)) window.push(item)
  expect(window.next).toBe(10)
  expect(seqs(window.slice(5, 100))).toEqual([5, 6, 7, 8, 9])
  expect(seqs(window.slice(7, 2))).toEqual([7, 8])
  expect(window.slice(10, 5)).toEqual([])
})

test('what is not held any more, or not yet, is undefined', () => {
  const window = createEventWindow({ maxEvents: 2, maxCharacters: 100 })
  for (const item of run(0, 4)) window.push(item)
  expect(window.slice(1, 1)).toBeUndefined()
  expect(window.slice(5, 1)).toBeUndefined()
  expect(seqs(window.slice(2, 9))).toEqual([2, 3])
})

test('an event out of order is refused: it would be shown in a wrong place', () => {
  const window = createEventWindow(roomy)
  expect(() => window.push(event(1))).toThrow('event 1')
})

test('the last event is held however long it is', () => {
  const window = createEventWindow({ maxEvents: 10, maxCharacters: 5 })
  window.push(event(0, 3))
  window.push(event(1, 50))
  expect(seqs(window.slice(1, 1))).toEqual([1])
  expect(window.slice(0, 1)).toBeUndefined()
})

test('a page that a viewer read is taken at the front, also where it reaches into the window', () => {
  const window = createEventWindow(roomy)
  window.restart(6)
  for (const item of run(6, 8)) window.push(item)
  window.prepend(run(3, 8))
  expect(seqs(window.slice(3, 100))).toEqual([3, 4, 5, 6, 7])
})

test('a page that does not touch the window, or has a hole before it, is not taken', () => {
  const window = createEventWindow(roomy)
  window.restart(6)
  window.prepend(run(1, 5))
  expect(window.slice(4, 1)).toBeUndefined()
  window.prepend([event(3), event(5)])
  expect(seqs(window.slice(5, 1))).toEqual([5])
  expect(window.slice(3, 1)).toBeUndefined()
})

test('a page is taken from its end as far as there is room', () => {
  const window = createEventWindow({ maxEvents: 4, maxCharacters: 100 })
  window.restart(10)
  for (const item of run(10, 12)) window.push(item)
  window.prepend(run(0, 10))
  expect(seqs(window.slice(8, 100))).toEqual([8, 9, 10, 11])
  expect(window.slice(7, 1)).toBeUndefined()
})

const LIMITS = { maxEvents: 8, maxCharacters: 100 }

/** The same window, written without a thought for speed. */
const createNaive = () => {
  let held: StoredEvent[] = []
  let next = 0
  const fits = (events: StoredEvent[]): boolean =>
    events.length <= LIMITS.maxEvents &&
    events.reduce((sum, { body }) => sum + body.length, 0) <= LIMITS.maxCharacters
  return {
    read: () => ({ held, next, first: next - held.length }),
    restart: (seq: number) => {
      next = seq
      held = []
    },
    push: (item: StoredEvent) => {
      next++
      held = [...held, item]
      while (held.length > 1 && !fits(held)) held = held.slice(1)
    },
    prepend: (page: readonly StoredEvent[]) => {
      for (const item of page.toReversed()) {
        const isBefore = item.seq === next - held.length - 1
        if (isBefore && !fits([item, ...held])) return
        if (isBefore) held = [item, ...held]
      }
    },
  }
}

const Step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ push: fc.nat(30) }) },
  {
    weight: 3,
    arbitrary: fc.record({ back: fc.nat(2), length: fc.nat(12), overlap: fc.nat(3), characters: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ restart: fc.nat(20) }) },
)

test('whatever is done to it, it is the dense run of the last events that a plain list would be', () => {
  fc.assert(
    fc.property(fc.array(Step, { maxLength: 60 }), (steps) => {
      const window = createEventWindow(LIMITS)
      const naive = createNaive()
      for (const step of steps) {
        const { next, first } = naive.read()
        if ('restart' in step) for (const each of [window, naive]) each.restart(step.restart)
        else if ('push' in step) for (const each of [window, naive]) each.push(event(next, step.push))
        else {
          const end = first - step.back
          const page = run(
            Math.max(0, end - step.length),
            Math.min(next, end + step.overlap),
            step.characters,
          )
          for (const each of [window, naive]) each.prepend(page)
        }
        const model = naive.read()
        expect(window.next).toBe(model.next)
        expect(window.slice(model.first, 1000)).toEqual(model.held)
        if (model.first > 0) expect(window.slice(model.first - 1, 1)).toBeUndefined()
      }
    }),
  )
})

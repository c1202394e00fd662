import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterAppend, newStream, type StreamState } from './stream-state.ts'

const Append = fc.record({
  now: fc.nat(),
  large: fc.boolean(),
  closes: fc.constantFrom(undefined, undefined, 'final' as const, 'error' as const),
})

const replay = (appends: readonly Parameters<typeof afterAppend>[1][], from = newStream(7)): StreamState =>
  appends.reduce((state, append) => afterAppend(state, append), from)

test('the first closing event closes the stream, whatever follows', () => {
  fc.assert(
    fc.property(fc.array(Append), (appends) => {
      const state = replay(appends)
      const first = appends.findIndex(({ closes }) => closes !== undefined)
      expect(state.status).toBe(first === -1 ? 'open' : 'closed')
      expect(state.outcome).toBe(appends[first]?.closes)
      expect(state.end).toBe(first === -1 ? undefined : first + 1)
    }),
  )
})

test('the state counts the events, keeps its beginning and the time of the last append', () => {
  fc.assert(
    fc.property(fc.array(Append, { minLength: 1 }), (appends) => {
      const state = replay(appends)
      expect(state.next).toBe(appends.length)
      expect(state.createdAt).toBe(7)
      expect(state.updatedAt).toBe(appends.at(-1)?.now)
      expect(state.hasBlobs ?? false).toBe(appends.some(({ large }) => large))
    }),
  )
})

test('a noted failure stays until an event closes the stream', () => {
  fc.assert(
    fc.property(fc.array(Append), (appends) => {
      const state = replay(appends, { ...newStream(0), failure: 'lost' })
      expect(state.failure).toBe(state.status === 'open' ? 'lost' : undefined)
    }),
  )
})

test('the state before is not touched', () => {
  const before = Object.freeze({ ...newStream(0), failure: 'lost' })
  afterAppend(before, { now: 1, large: true, closes: 'final' })
  expect(before).toEqual({ ...newStream(0), failure: 'lost' })
})

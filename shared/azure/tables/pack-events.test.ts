import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_PACKED_EVENTS, packEvents, readPack, writePack } from './pack-events.ts'

const Events = fc.array(
  fc.record({ seq: fc.nat(), body: fc.string({ unit: 'grapheme' }), late: fc.boolean() }),
)

test('events keep their order and their bodies, whatever shares a row', () => {
  fc.assert(
    fc.property(Events, (events) => {
      const packs = packEvents(events)
      expect(packs.flat()).toEqual(events)
      for (const pack of packs) {
        const row = { partitionKey: 'p', rowKey: 'r', etag: 'e', ...writePack(pack) }
        expect(readPack(row)).toEqual(pack.map(({ body }) => body))
        expect(new Set(pack.map(({ late }) => late)).size).toBe(1)
      }
    }),
  )
})

test('many events and large ones take more rows', () => {
  const event = (body: string) => ({ seq: 0, body, late: false })
  const sizes = (bodies: string[]): number[] => packEvents(bodies.map(event)).map(({ length }) => length)
  expect(sizes(Array.from({ length: 60 }, () => 'x'))).toEqual([MAX_PACKED_EVENTS, 11])
  expect(sizes(['x'.repeat(200_000), 'x'.repeat(200_000), 'x'])).toEqual([1, 2])
})

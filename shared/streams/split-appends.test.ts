import { expect, test } from 'vitest'
import { splitAppends } from './split-appends.ts'

const MIB = 1024 * 1024
const of = (bytes: number): { stream: string; body: string } => ({ stream: 's', body: 'x'.repeat(bytes) })
const sizes = (requests: ReturnType<typeof of>[]): number[] =>
  splitAppends(requests, MIB).map((part) => part.length)

test('as many go together as one transaction has entities', () => {
  expect(sizes(Array.from({ length: 120 }, () => of(1)))).toEqual([98, 22])
})

test('bodies that fit into the table are counted, those in blobs are not', () => {
  expect(sizes([of(MIB), of(MIB), of(MIB), of(MIB)])).toEqual([3, 1])
  expect(sizes([of(2 * MIB), of(2 * MIB), of(MIB)])).toEqual([3])
})

test('nothing is nothing', () => {
  expect(sizes([])).toEqual([])
})

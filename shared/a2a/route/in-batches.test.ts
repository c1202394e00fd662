import { expect, test } from 'vitest'
import { inBatches } from './in-batches.ts'

const unbounded = { maxSize: Number.POSITIVE_INFINITY, sizeOf: () => 1 }

async function* of(...items: number[]): AsyncGenerator<number> {
  yield* items
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what comes while the last list is worked on is one list', async () => {
  const lists: number[][] = []
  for await (const list of inBatches(of(1, 2, 3, 4), unbounded)) {
    lists.push(list)
    await turn()
  }
  expect(lists.flat()).toEqual([1, 2, 3, 4])
  expect(lists.length).toBeLessThan(4)
})

test('a lingering list waits for the last item', async () => {
  const linger = { wait: () => new Promise<void>(() => {}), isLast: (item: number) => item === 3 }
  const slow = async function* (): AsyncGenerator<number> {
    for (const item of [1, 2, 3]) {
      await turn()
      yield item
    }
  }
  const lists: number[][] = []
  for await (const list of inBatches(slow(), { ...unbounded, linger })) lists.push(list)
  expect(lists).toEqual([[1, 2, 3]])
})

test('a failure comes after everything that was said before it', async () => {
  const failing = async function* (): AsyncGenerator<number> {
    yield 1
    throw new Error('broken off')
  }
  const lists: number[][] = []
  const read = async (): Promise<void> => {
    for await (const list of inBatches(failing(), unbounded)) lists.push(list)
  }
  await expect(read()).rejects.toThrow('broken off')
  expect(lists).toEqual([[1]])
})

test('a source that is faster than its reader is paused', async () => {
  let given = 0
  const fast = async function* (): AsyncGenerator<number> {
    for (; given < 1000; given++) yield given
  }
  const batches = inBatches(fast(), { maxSize: 10, sizeOf: () => 1 })
  await batches.next()
  await turn()
  expect(given).toBeLessThan(25)
})

import { expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { awaitFirst } from './await-first.ts'

const never = { ...systemClock, sleep: () => new Promise<void>(() => undefined) }
const atOnce = { ...systemClock, sleep: async () => undefined }

async function* of(...items: number[]): AsyncGenerator<number, void, undefined> {
  yield* items
}

const silence = async function* (): AsyncGenerator<number, void, undefined> {
  yield await new Promise<never>(() => undefined)
}

const collect = async (items: AsyncIterable<number>): Promise<number[]> => {
  const all: number[] = []
  for await (const item of items) all.push(item)
  return all
}

test('all items come, the first one too', async () => {
  expect(await collect(await awaitFirst(of(1, 2, 3), { clock: never, ms: 1000 }))).toEqual([1, 2, 3])
  expect(await collect(await awaitFirst(of(), { clock: never, ms: 1000 }))).toEqual([])
})

test('silence is a timeout that names its seconds', async () => {
  await expect(awaitFirst(silence(), { clock: atOnce, ms: 30_000 })).rejects.toMatchObject({
    value: { reason: 'TIMEOUT', message: expect.stringContaining('30 s') },
  })
})

test('a request that could not be sent is not waited for', async () => {
  const alongside = Promise.reject(new Error('the bus is away'))
  await expect(awaitFirst(silence(), { clock: never, ms: 1000, alongside })).rejects.toThrow(
    'the bus is away',
  )
})

test('a failure before the first item is thrown', async () => {
  const failing = async function* (): AsyncGenerator<number, void, undefined> {
    yield await Promise.reject(new Error('refused'))
  }
  await expect(awaitFirst(failing(), { clock: never, ms: 1000 })).rejects.toThrow('refused')
})

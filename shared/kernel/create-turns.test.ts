import { expect, test } from 'vitest'
import { createTurns } from './create-turns.ts'

const setUp = (max: number) => {
  const inTurn = createTurns(max)
  const begun: string[] = []
  const work = (name: string, signal = new AbortController().signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const result = inTurn(() => {
      begun.push(name)
      return promise
    }, signal)
    return { result, done: () => resolve(name), fail: () => reject(new Error(name)) }
  }
  return { begun, work }
}

test('as many as may be run at a time, the others in the order in which they came', async () => {
  const { begun, work } = setUp(2)
  const [a, b, c, d] = [work('a'), work('b'), work('c'), work('d')]
  expect(begun).toEqual(['a', 'b'])
  b.done()
  expect(await b.result).toBe('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  a.fail()
  await expect(a.result).rejects.toThrow('a')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  c.done()
  d.done()
  expect(await Promise.all([c.result, d.result])).toEqual(['c', 'd'])
})

test('nobody who comes when a place is free overtakes the line', async () => {
  const { begun, work } = setUp(1)
  const [a, b] = [work('a'), work('b')]
  a.done()
  const c = a.result.then(() => work('c'))
  await c
  expect(begun).toEqual(['a', 'b'])
  b.done()
  await b.result
  expect(begun).toEqual(['a', 'b', 'c'])
})

test('whoever leaves the line does nothing, and keeps no place', async () => {
  const { begun, work } = setUp(1)
  const late = new AbortController()
  const [a, b, c] = [work('a'), work('b', late.signal), work('c')]
  late.abort(new Error('too late'))
  await expect(b.result).rejects.toThrow('too late')
  a.done()
  await a.result
  expect(begun).toEqual(['a', 'c'])
  await expect(work('d', AbortSignal.abort(new Error('before'))).result).rejects.toThrow('before')
  c.done()
  expect(await c.result).toBe('c')
})

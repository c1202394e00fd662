import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createOutbox } from './outbox.ts'

const createRecorder = () => {
  const written: number[][] = []
  const outbox = createOutbox<number>((messages, sent) => {
    written.push([...messages])
    sent()
  })
  return { written, outbox }
}

test('the messages of one turn of the event loop are written together, in their order', async () => {
  const { written, outbox } = createRecorder()
  outbox.put(1)
  outbox.put(2)
  expect(written).toEqual([])
  await nextTurn()
  outbox.put(3)
  await nextTurn()
  expect(written).toEqual([[1, 2], [3]])
})

test('a flush writes at once and tells when it is done; with nothing to write it is done already', async () => {
  const { written, outbox } = createRecorder()
  let done = 0
  outbox.put(1)
  outbox.flush(() => done++)
  expect([written, done]).toEqual([[[1]], 1])
  outbox.flush(() => done++)
  await nextTurn()
  expect([written, done]).toEqual([[[1]], 2])
})

import { expect, test } from 'vitest'
import { readSendParams, readTaskId } from './read-params.ts'

const send = (value: object): string => JSON.stringify(value)

test.each([
  ['1.0', { configuration: { returnImmediately: true } }, true],
  ['1.0', { configuration: { blocking: false } }, false],
  ['1.0', {}, false],
  ['0.3', { configuration: { blocking: false } }, true],
  ['0.3', { configuration: {} }, false],
  ['0.3', {}, false],
] as const)('%s %j: at once %s', (shape, params, atOnce) => {
  expect(readSendParams(send(params), shape).returnImmediately).toBe(atOnce)
})

test('the task that a message goes on with, its id and the length of the history are read', () => {
  const params = { message: { taskId: 't', messageId: 'm' }, configuration: { historyLength: 3 } }
  expect(readSendParams(send(params), '1.0')).toEqual({
    taskId: 't',
    messageId: 'm',
    historyLength: 3,
    returnImmediately: false,
  })
})

test('what has the wrong type is as if it were not there: the agent will say what it thinks of it', () => {
  const params = { message: { taskId: 7, messageId: '' }, configuration: { historyLength: -1 } }
  expect(readSendParams(send(params), '1.0')).toEqual({ returnImmediately: false })
})

test('the id of a task is `id`, for push configs `taskId` where there is one', () => {
  expect(readTaskId('{"id":"t"}', false)).toBe('t')
  expect(readTaskId('{"id":"config","taskId":"t"}', true)).toBe('t')
  expect(readTaskId('{"id":"t"}', true)).toBe('t')
})

test.each(['{}', '{"id":""}', '{"id":7}', '[]', '7'])('%s names no task', (text) => {
  expect(() => readTaskId(text, false)).toThrow(
    expect.objectContaining({ value: expect.objectContaining({ reason: 'INVALID_PARAMS' }) }),
  )
})

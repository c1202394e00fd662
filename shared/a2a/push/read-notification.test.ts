import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { readNotification } from './read-notification.ts'

const statusOf = (body: string): number => {
  try {
    readNotification(body)
  } catch (error) {
    if (error instanceof GatewayError) return error.status
    throw error
  }
  return 200
}

test('an event of 1.0 stays byte for byte, a Task of 0.3 becomes one beside its own words', () => {
  const event = '{ "statusUpdate": {"taskId":"t","contextId":"c","status":{"state":"TASK_STATE_WORKING"}} }'
  expect(readNotification(event)).toEqual({ text: event })
  const task = '{"kind":"task","id":"t","contextId":"c","status":{"state":"input-required"}}'
  const said = readNotification(task)
  expect(said.original).toEqual({ shape: '0.3', text: task })
  expect(JSON.parse(said.text)).toEqual({
    task: { id: 't', contextId: 'c', status: { state: 'TASK_STATE_INPUT_REQUIRED' } },
  })
})

test('whatever else comes is a 400', () => {
  for (const body of ['', 'x', '{}', '[]', '{"kind":"other"}', '{"task":{},"message":{}}', '{"task":null}'])
    expect([body, statusOf(body)]).toEqual([body, 400])
  const member = fc.constantFrom('kind', 'task', 'message', 'statusUpdate', 'artifactUpdate', 'id', 'status')
  const odd = fc.dictionary(
    member,
    fc.oneof(fc.constantFrom('task', 'message', 'status-update'), fc.jsonValue()),
  )
  fc.assert(
    fc.property(odd, (value) => {
      expect([200, 400]).toContain(statusOf(JSON.stringify(value)))
    }),
  )
})

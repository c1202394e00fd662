import { describe, expect, test } from 'vitest'
import { testAgent } from '../../../../tests/fixtures/test-agent.ts'
import type { ExecReply } from './execute.ts'
import { readReply } from './read-reply.ts'

const agent = testAgent('did:key:z6Mk')
const read = (reply: ExecReply, wishes: { stream?: boolean; maxBytes?: number } = {}) =>
  readReply(reply, { agent, stream: true, maxBytes: 1000, ...wishes })
const failureOf = (...call: Parameters<typeof read>): unknown => {
  try {
    return read(...call)
  } catch (error) {
    return (error as { value?: unknown }).value ?? error
  }
}
const reason = (name: string) => expect.objectContaining({ reason: name })

describe('an answer', () => {
  test('is an event of a stream, or all there is', () => {
    const result = '{ "task": {"n": 1.0} }'
    expect(read({ status: 'streaming', result })).toEqual({ text: result, whole: false })
    expect(read({ status: 'completed', result })).toEqual({ text: result, whole: true })
  })

  test('of a stream may end without a word', () => {
    expect(read({ status: 'completed' })).toBeUndefined()
  })

  test.each<[string, Parameters<typeof read>]>([
    ['that is missing in a stream', [{ status: 'streaming' }]],
    ['that is missing elsewhere', [{ status: 'completed' }, { stream: false }]],
    ['that is no object', [{ status: 'completed', result: '[1]' }]],
    ['that is too large', [{ status: 'streaming', result: '{"a":1}' }, { maxBytes: 6 }]],
  ])('%s is invalid', (_name, call) => {
    expect(failureOf(...call)).toEqual(reason('INVALID_AGENT_RESPONSE'))
  })
})

describe('a failure', () => {
  test('with a code of A2A is passed on word for word', () => {
    const error = '{"code":-32001,"message":"No such task.","data":[{"n":12345678901234567890}]}'
    const value = failureOf({ status: 'failed', error })
    expect(JSON.stringify(value)).toBe(error)
  })

  test('in words is a failure of the agent', () => {
    const value = failureOf({ status: 'failed', error: '"out of paper"' })
    expect(value).toEqual(reason('AGENT_FAILED'))
    expect(value).toEqual(expect.objectContaining({ message: expect.stringContaining('out of paper') }))
  })

  test('without a reason, or of no known form, is one too', () => {
    expect(failureOf({ status: 'failed' })).toEqual(reason('AGENT_FAILED'))
    expect(failureOf({ status: 'failed', error: '{"code":"x"}' })).toEqual(reason('AGENT_FAILED'))
  })
})

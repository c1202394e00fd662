import { expect, test } from 'vitest'
import type { A2aRequest } from '../a2a-request.ts'
import { createLimitCalls } from './limit-calls.ts'

const limits = { maxMessageBytes: 10, maxConcurrentStreams: 2, queueDepthThreshold: 1 }

const requestOf = (members: Partial<A2aRequest> = {}): A2aRequest & { leave(): void } => {
  const client = new AbortController()
  return {
    agentId: 'a',
    operation: 'stream',
    dialect: { version: '1.0', binding: 'jsonrpc' },
    params: '{}',
    httpPath: '',
    subject: 's',
    headers: {},
    signal: client.signal,
    waitUntil: () => undefined,
    leave: () => client.abort(),
    ...members,
  }
}

test('as many streams are open as may be; one that is over makes room', () => {
  const { admit } = createLimitCalls(limits)
  const first = requestOf()
  admit(first, false)
  admit(requestOf({ operation: 'subscribe' }), false)
  expect(() => admit(requestOf(), false)).toThrow(
    expect.objectContaining({
      value: expect.objectContaining({ reason: 'OVERLOADED', retryAfterSeconds: 5 }),
    }),
  )
  first.leave()
  expect(() => admit(requestOf(), false)).not.toThrow()
})

test('a send is no stream, but it counts on the bus', () => {
  const { admit } = createLimitCalls(limits)
  for (let count = 0; count < 5; count++) admit(requestOf({ operation: 'send' }), false)
  admit(requestOf({ operation: 'send' }), true)
  expect(() => admit(requestOf({ operation: 'get' }), true)).toThrow('unanswered requests on the bus')
})

test('a client that has left already takes no place', () => {
  const { admit } = createLimitCalls(limits)
  const gone = requestOf()
  gone.leave()
  for (let count = 0; count < 5; count++) admit(gone, true)
  expect(() => admit(requestOf(), true)).not.toThrow()
})

test('a message that is too large is refused, by its bytes', () => {
  const { admit } = createLimitCalls(limits)
  expect(() => admit(requestOf({ params: '{"é":"é"}' }), false)).toThrow(
    expect.objectContaining({ value: expect.objectContaining({ reason: 'TOO_LARGE' }) }),
  )
})

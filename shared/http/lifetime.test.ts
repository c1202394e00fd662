import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createLifetime } from './lifetime.ts'

const createResponse = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()))

test('it is over when the client leaves', () => {
  const response = createResponse()
  const { signal } = createLifetime(response)
  expect(signal.aborted).toBe(false)
  response.emit('close')
  expect(signal.aborted).toBe(true)
})

test('it is over at once when the client left before', () => {
  const response = createResponse()
  response.destroy()
  expect(createLifetime(response).signal.aborted).toBe(true)
})

test('it is over when the answer is complete', () => {
  const { signal, end } = createLifetime(createResponse())
  end()
  expect(signal.aborted).toBe(true)
})

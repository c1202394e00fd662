import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../contract/a2a/dialect.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { readError } from './read-error.ts'
import { renderError } from './render-error.ts'

const dialects: Dialect[] = (['1.0', '0.3'] as const).flatMap((version) =>
  (['jsonrpc', 'rest'] as const).map((binding) => ({ version, binding })),
)
const rpc = (version: '1.0' | '0.3'): Dialect => ({ version, binding: 'jsonrpc' })
const rest = (version: '1.0' | '0.3'): Dialect => ({ version, binding: 'rest' })

const notFound = a2aFailure('TASK_NOT_FOUND', 'Task not found: nope').value
const info = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'TASK_NOT_FOUND',
  domain: 'a2a-protocol.org',
}

describe('an error', () => {
  it('is the one that was recorded of the official servers', () => {
    expect(renderError(notFound, rpc('0.3'), '5')).toEqual({
      status: 200,
      body: '{"jsonrpc":"2.0","id":5,"error":{"code":-32001,"message":"Task not found: nope"}}',
    })
    expect(renderError(notFound, rest('0.3'))).toEqual({
      status: 404,
      body: '{"code":-32001,"message":"Task not found: nope"}',
    })
    expect(JSON.parse(renderError(notFound, rpc('1.0'), '"a"').body)).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      error: { code: -32001, message: 'Task not found: nope', data: [info] },
    })
    const { status, body } = renderError(notFound, rest('1.0'))
    expect({ status, body: JSON.parse(body) }).toEqual({
      status: 404,
      body: { error: { code: 404, status: 'NOT_FOUND', message: 'Task not found: nope', details: [info] } },
    })
  })

  it('of the gateway has its own domain, and says when to come again', () => {
    const { value } = a2aFailure('OVERLOADED', 'Too much.', { retryAfterSeconds: 7 })
    const { status, body, headers } = renderError(value, rest('1.0'))
    expect({ status, headers }).toEqual({ status: 503, headers: { 'retry-after': '7' } })
    expect(JSON.parse(body)).toMatchObject({
      error: {
        status: 'RESOURCE_EXHAUSTED',
        details: [{ reason: 'OVERLOADED', domain: 'agent-gateway' }, { retryDelay: '7s' }],
      },
    })
    expect(JSON.parse(renderError(value, rpc('0.3')).body)).toMatchObject({
      id: null,
      error: { code: -32603, data: { reason: 'OVERLOADED', domain: 'agent-gateway', retryAfterSeconds: 7 } },
    })
  })

  it('of the agent passes word for word', () => {
    const value = { code: -32050, message: 'no', data: { why: 1 } }
    expect(JSON.parse(renderError(value, rpc('0.3'), '1').body)).toMatchObject({ error: value })
    expect(renderError(value, rest('0.3')).status).toBe(500)
    const details = [{ '@type': 'x', more: true }]
    const modern = { code: -32603, message: 'no', data: details }
    expect(JSON.parse(renderError(modern, rpc('1.0'), '1').body)).toMatchObject({ error: modern })
  })
})

describe('what an agent answers as its error', () => {
  it.each(dialects)('is read back as it was rendered in $version $binding', (dialect) => {
    const { status, body } = renderError(notFound, dialect)
    expect(readError(dialect, status, body)).toMatchObject({ code: -32001, message: 'Task not found: nope' })
  })

  it.each([
    ['NOT_FOUND', -32001],
    ['INVALID_ARGUMENT', -32602],
    ['UNIMPLEMENTED', -32004],
    ['INTERNAL', -32603],
  ])('has, with the status %s and no reason, the code %i', (status, code) => {
    const body = JSON.stringify({ error: { code: 400, status, message: 'm' } })
    expect(readError(rest('1.0'), 400, body)).toEqual({ code, message: 'm' })
  })

  it('cannot pass for an error of the gateway', () => {
    const details = [{ reason: 'AGENT_UNAVAILABLE', domain: 'agent-gateway' }]
    const body = JSON.stringify({ error: { code: 503, status: 'UNAVAILABLE', message: 'm', details } })
    expect(readError(rest('1.0'), 503, body)).toEqual({ code: -32603, message: 'm', data: details })
  })

  it.each(dialects)('is AGENT_FAILED when it is no A2A ($version $binding)', (dialect) => {
    const { reason, message } = readError(dialect, 502, `<html>${'x'.repeat(5000)}`)
    expect(reason).toBe('AGENT_FAILED')
    expect(message).toContain('HTTP 502')
    expect(message.length).toBeLessThan(400)
  })
})

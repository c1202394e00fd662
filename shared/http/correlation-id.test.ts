import { expect, test } from 'vitest'
import { correlationIdOf } from './correlation-id.ts'

const of = (headers: Record<string, string>): string => correlationIdOf(new Headers(headers), () => 'new')

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

test('a well-formed id of the client is kept', () => {
  expect(of({ 'x-correlation-id': 'workflow-123' })).toBe('workflow-123')
})

test('an id that could forge a log line or a header gives way to a new one', () => {
  for (const id of ['a b', 'a"b', 'a<b', '', 'x'.repeat(129)])
    expect(of({ 'x-correlation-id': id })).toBe('new')
})

test('the trace id of a traceparent is taken where no correlation id came', () => {
  const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`
  expect(of({ traceparent })).toBe(TRACE)
  expect(of({ traceparent, 'x-correlation-id': 'mine' })).toBe('mine')
  expect(of({ traceparent, 'x-correlation-id': 'not mine' })).toBe(TRACE)
})

test('a malformed traceparent is ignored', () => {
  const zeros = '0'.repeat(32)
  for (const traceparent of [
    'x',
    `00-${zeros}-00f067aa0ba902b7-01`,
    `00-${TRACE}-0000000000000000-01`,
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${TRACE}-00f067aa0ba902b7-011`,
  ]) {
    expect(of({ traceparent })).toBe('new')
  }
})

test('a traceparent of a later version may carry more', () => {
  expect(of({ traceparent: `01-${TRACE}-00f067aa0ba902b7-01-more` })).toBe(TRACE)
})

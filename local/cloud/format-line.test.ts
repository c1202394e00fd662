import { expect, test } from 'vitest'
import { formatLine } from './format-line.ts'

test('a JSON log line is laid out for people: clock, level, function, message, then the rest', () => {
  const entry = {
    time: '2026-11-20T12:00:01.123Z',
    level: 'info',
    message: 'event stored',
    function: 'events_ingest',
    task_id: 't1',
    seq: 3,
    reason: 'two words',
    agent_id: undefined,
  }
  expect(formatLine({ service: 'app', text: JSON.stringify(entry) })).toBe(
    'app         12:00:01.123 info  events_ingest event stored task_id=t1 seq=3 reason="two words"',
  )
})

test('the log of the app is found in the line of the functions host', () => {
  const entry = {
    time: '2026-11-20T12:00:01.068Z',
    level: 'warn',
    message: 'No API key: {}',
    environment: 'development',
  }
  expect(
    formatLine({ service: 'app', text: `12:00:01.069 info app 1a2b3c4d: ${JSON.stringify(entry)}` }),
  ).toBe('app         12:00:01.068 warn  No API key: {} environment=development')
})

test.each([
  '09:53:41.069 fail events_ingest 3b1e8f7a: Failed after 7 ms: Error: {broken}',
  'plain text',
  '{"no":"log line"}',
  '{broken',
])('%s stays as it is', (text) => {
  expect(formatLine({ service: 'service-bus', text })).toBe(`service-bus ${text}`)
})

import { expect, test } from 'vitest'
import { receivedMessage } from '../../tests/support/open-quarantine.ts'
import { MAX_EVENT_BYTES } from '../contract/limits.ts'
import { checkEvent, type CheckedEvent, type Rejection } from './check-event.ts'

const event = {
  task_id: 't-1',
  agent_id: 'a-1',
  agent_name: 'Poet',
  event_index: 0,
  timestamp: '2026-11-20T10:00:00Z',
  event_type: 'chunk_stream',
  payload: { text: 'SECRET' },
}

const check = (body: unknown, sessionId?: string): CheckedEvent | { rejection: Rejection } => {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return checkEvent(receivedMessage(text, sessionId === undefined ? {} : { sessionId }))
}

const accepted = (body: unknown, sessionId?: string): CheckedEvent => {
  const checked = check(body, sessionId)
  if ('rejection' in checked) throw new Error(checked.rejection.description)
  return checked
}

const rejected = (body: unknown, sessionId?: string): Rejection => {
  const checked = check(body, sessionId)
  if ('rejection' in checked) return checked.rejection
  throw new Error('It was accepted.')
}

test('an event is stored in snake_case with its time normalised', () => {
  const { task_id: taskId, ...rest } = event
  const { body, event: read } = accepted({ taskId, ...rest, timestamp: '2026-11-20 10:00:00' }, 't-1')
  expect(JSON.parse(body)).toEqual(event)
  expect(read).toEqual(event)
})

test('the order and spelling of members do not make another event, its content does', () => {
  const reversed = Object.fromEntries(Object.entries(event).toReversed())
  expect(accepted(reversed).identity).toBe(accepted(event).identity)
  expect(accepted({ ...event, payload: { text: 'other' } }).identity).not.toBe(accepted(event).identity)
})

test('long numbers keep their digits, and the event says that a bell cannot carry it', () => {
  const text = JSON.stringify(event).replace('"SECRET"', '12345678901234567890')
  expect(accepted(text)).toMatchObject({
    exact: false,
    body: expect.stringContaining('12345678901234567890'),
  })
  expect(accepted(event).exact).toBe(true)
})

test('a byte order mark does no harm', () => {
  expect(accepted(`\uFEFF${JSON.stringify(event)}`).event.task_id).toBe('t-1')
})

test('a session id is compared where the platform handed over a text', () => {
  expect(accepted(event).event.task_id).toBe('t-1')
  expect(rejected(event, 'other')).toMatchObject({
    reason: 'session_mismatch',
    taskId: 't-1',
    agentId: 'a-1',
    wasFinal: false,
  })
})

test.each([
  ['text', 'SECRET text'],
  ['half a JSON', '{"payload":"SECRET'],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['nothing', ''],
])('%s is no JSON', (_name, body) => {
  expect(rejected(body)).toMatchObject({ reason: 'invalid_json', wasFinal: false })
})

test('an event that is too large is refused, and what it says of itself is kept', () => {
  const body = Buffer.alloc(MAX_EVENT_BYTES + 1, 'x')
  expect(rejected(body)).toMatchObject({
    reason: 'over_size',
    description: expect.stringContaining(String(MAX_EVENT_BYTES + 1)),
  })
  const final = { ...event, event_type: 'final_payload', payload: { text: 'x'.repeat(MAX_EVENT_BYTES) } }
  expect(rejected(final)).toMatchObject({
    reason: 'over_size',
    taskId: 't-1',
    agentId: 'a-1',
    wasFinal: true,
  })
  expect(check(Buffer.alloc(MAX_EVENT_BYTES, 'x'))).toMatchObject({ rejection: { reason: 'invalid_json' } })
})

test('every broken rule is named, and what could be read is kept', () => {
  expect(rejected({ ...event, event_index: -1, timestamp: 'SECRET', payload: 'SECRET' })).toEqual({
    reason: 'invalid_event',
    description:
      'event_index: must be 0 or more; timestamp: must be an ISO 8601 time such as 2026-11-20T10:00:00.123Z (no zone means UTC); payload: must be an object',
    taskId: 't-1',
    agentId: 'a-1',
    wasFinal: false,
  })
})

test.each(['event_type', 'eventType'])(
  'a broken event that was to end its task is known as such (%s)',
  (member) => {
    const { event_type: _type, ...rest } = event
    for (const type of ['final_payload', 'error']) {
      const broken = { ...rest, [member]: type, event_index: 'x' }
      expect(rejected(broken)).toMatchObject({ wasFinal: true, taskId: 't-1' })
    }
  },
)

test('an id that breaks the rules is not kept as a fact, a long name is cut', () => {
  const rejection = rejected({ ...event, task_id: 'x'.repeat(200_000), agent_id: 'y'.repeat(200_000) })
  expect(rejection.taskId).toBeUndefined()
  expect(rejection.agentId).toHaveLength(1024)
  expect(rejected({ ...event, task_id: 17, agent_id: null })).toMatchObject({
    taskId: undefined,
    agentId: undefined,
  })
})

test.each([
  ['a list', []],
  ['null', 'null'],
  ['a number', '17'],
  ['a long number', '12345678901234567890'],
])('%s is no event', (_name, body) => {
  expect(rejected(body)).toMatchObject({ reason: 'invalid_event', taskId: undefined, wasFinal: false })
})

test('nesting without end is refused, not fallen into', () => {
  const deep = JSON.stringify(event).replace('"SECRET"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  expect(rejected(deep)).toMatchObject({
    reason: 'invalid_event',
    description: expect.stringContaining('nested'),
  })
  const deepWithDigits = deep.replace('[]', '[12345678901234567890]')
  expect('rejection' in check(deepWithDigits)).toBe(true)
})

test('no description repeats what the payload says', () => {
  for (const body of [
    'SECRET',
    { ...event, SECRET: 1, payload: ['SECRET'] },
    { ...event, timestamp: 'SECRET' },
  ])
    expect(rejected(body).description).not.toContain('SECRET')
  expect(rejected(event, 'other').description).not.toContain('SECRET')
})

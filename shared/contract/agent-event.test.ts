import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AgentEvent, closingOutcome, TaskId, toCamelCase } from './agent-event.ts'

const snake = {
  task_id: 't-1',
  agent_id: 'a-1',
  agent_name: 'Poet',
  event_index: 0,
  timestamp: '2026-11-20T10:00:00Z',
  event_type: 'chunk_stream',
  payload: { text: 'x' },
}
const camel = {
  taskId: 't-1',
  agentId: 'a-1',
  agentName: 'Poet',
  eventIndex: 0,
  timestamp: '2026-11-20T10:00:00Z',
  eventType: 'chunk_stream',
  payload: { text: 'x' },
}

const rulesOf = (event: unknown): string[] =>
  (AgentEvent.safeParse(event).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )

test('both spellings are the same event, in any mixture', () => {
  expect(AgentEvent.parse(snake)).toEqual(snake)
  expect(AgentEvent.parse(camel)).toEqual(snake)
  const keys = Object.keys(snake)
  fc.assert(
    fc.property(fc.subarray(keys), (kept) => {
      const mixed = Object.fromEntries(
        keys.map((key, index) =>
          kept.includes(key)
            ? [key, Object.values(snake)[index]]
            : [Object.keys(camel)[index], Object.values(camel)[index]],
        ),
      )
      expect(AgentEvent.parse(mixed)).toEqual(snake)
    }),
  )
})

test('snake_case wins where both spellings are given, whichever comes first', () => {
  expect(AgentEvent.parse({ taskId: 'camel', ...snake }).task_id).toBe('t-1')
  expect(AgentEvent.parse({ ...snake, taskId: 'camel' })).toEqual(snake)
})

test('unknown members and the payload are kept as they are', () => {
  const more = {
    ...snake,
    traceId: 'x',
    nested: { taskId: 1 },
    constructor: 'c',
    toString: 1,
    payload: { taskId: 'inner', eventType: { agentId: 1 }, list: [{ agentName: 'n' }] },
  }
  expect(AgentEvent.parse(more)).toEqual(more)
})

test('the camelCase answer renames the own members alone and is read back as the same event', () => {
  const more = { ...snake, trace_id: 'x', payload: { task_id: 'inner' } }
  expect(toCamelCase(more)).toEqual({ ...camel, trace_id: 'x', payload: { task_id: 'inner' } })
  expect(AgentEvent.parse(toCamelCase(more))).toEqual(more)
  expect(toCamelCase('text')).toBe('text')
  expect(toCamelCase([1])).toEqual([1])
})

test.each([
  ['a snowflake', '1234567890123456789'],
  ['a slash', 'a/b'],
  ['a star', '*'],
  ['unicode', 'zażółć 🐙'],
  ['one character', 'x'],
  ['128 characters', 'x'.repeat(128)],
])('a task id may be %s', (_name, task_id) => {
  expect(AgentEvent.parse({ ...snake, task_id }).task_id).toBe(task_id)
})

test.each([
  ['empty', '', 'must not be empty'],
  ['129 characters', 'x'.repeat(129), 'must have at most 128 characters'],
  ['half a surrogate pair', 'a\uD800', 'must be valid Unicode'],
])('a task id may not be %s', (_name, task_id, rule) => {
  expect(rulesOf({ ...snake, task_id })[0]).toContain(`task_id: ${rule}`)
  expect(TaskId.safeParse(task_id).success).toBe(false)
})

test.each([0, 1, 7, Number.MAX_SAFE_INTEGER])('an event_index may be %d', (event_index) => {
  expect(AgentEvent.parse({ ...snake, event_index }).event_index).toBe(event_index)
})

test.each([-1, 0.5, Number.MAX_SAFE_INTEGER + 1, NaN, Infinity, '0', null, undefined, true])(
  'an event_index may not be %s',
  (event_index) => {
    expect(rulesOf({ ...snake, event_index })[0]).toMatch(/^event_index: /)
  },
)

test.each([[{}], [{ '': null }], [{ deep: [{ deep: [] }] }]])('a payload may be %j', (payload) => {
  expect(AgentEvent.parse({ ...snake, payload }).payload).toEqual(payload)
})

test.each([
  ['missing', undefined],
  ['null', null],
  ['a list', []],
  ['a text', 'x'],
  ['a number', 1],
])('a payload may not be %s', (_name, payload) => {
  expect(rulesOf({ ...snake, payload })).toEqual(['payload: must be an object'])
})

test('a number whose digits were kept is no payload', () => {
  const [kept] = JSON.parse('[12345678901234567890]', ((
    _key: string,
    value: unknown,
    { source }: { source?: string },
  ) =>
    typeof value === 'number'
      ? (JSON as unknown as { rawJSON(text: unknown): unknown }).rawJSON(source)
      : value) as never)
  expect(rulesOf({ ...snake, payload: kept })).toEqual(['payload: must be an object'])
})

test.each(Object.keys(snake))('an event without %s is refused', (member) => {
  const { [member as keyof typeof snake]: _left, ...rest } = snake
  expect(rulesOf(rest).map((rule) => rule.split(':')[0])).toEqual([member])
})

test('a member called __proto__ gives an event nothing', () => {
  const event: unknown = JSON.parse(`{"__proto__":${JSON.stringify(snake)}}`)
  expect(AgentEvent.safeParse(event).success).toBe(false)
})

test.each([null, 1, 'text', [], [snake]])('what is not an object is refused: %j', (value) => {
  expect(AgentEvent.safeParse(value).success).toBe(false)
})

test('any JSON value is read or refused, never thrown at', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void AgentEvent.safeParse(value)))
})

test('a final payload and an error close a stream, nothing else does', () => {
  expect(closingOutcome('final_payload')).toBe('final')
  expect(closingOutcome('error')).toBe('error')
  for (const other of ['Error', 'final', 'chunk_stream', '']) expect(closingOutcome(other)).toBeUndefined()
})

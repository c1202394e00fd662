import { expect, test } from 'vitest'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { badRequest } from './errors.ts'
import { createLog, type Log, type LogLevel, withLogFields } from './log.ts'

const create = (
  level: LogLevel = 'info',
): { log: Log; lines: Record<string, unknown>[]; texts: string[] } => {
  const texts: string[] = []
  const lines: Record<string, unknown>[] = []
  const write = (line: string): void => {
    texts.push(line)
    lines.push(JSON.parse(line))
  }
  return { log: createLog({ level, clock: createManualClock(), write }), lines, texts }
}

test('an entry is one line of JSON: time, level, message, fields', () => {
  const { log, texts } = create()
  log.info('It happened.\nTwice.', { task_id: 't' })
  expect(texts).toEqual([
    '{"time":"2026-01-01T00:00:00.000Z","level":"info","message":"It happened.\\nTwice.","task_id":"t"}',
  ])
})

test('entries below the level are not written', () => {
  const { log, lines } = create('warn')
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  expect(lines.map(({ message }) => message)).toEqual(['c', 'd'])
})

test('fields of the context and of the log come with every entry, across awaits; the entry wins', async () => {
  const { log, lines } = create()
  const child = log.child({ agent_id: 'a', task_id: 'child' })
  await withLogFields({ correlation_id: 'c', task_id: 'context' }, async () => {
    await Promise.resolve()
    await withLogFields({ function: 'f' }, async () => child.info('x'))
    child.info('y', { task_id: 'entry' })
  })
  child.info('z')
  expect(lines).toMatchObject([
    { correlation_id: 'c', function: 'f', agent_id: 'a', task_id: 'child' },
    { correlation_id: 'c', agent_id: 'a', task_id: 'entry' },
    { agent_id: 'a', task_id: 'child' },
  ])
  expect(lines[1]).not.toHaveProperty('function')
  expect(lines[2]).not.toHaveProperty('correlation_id')
})

test('a field cannot replace time, level or message', () => {
  const { log, lines } = create()
  log.info('real', { message: 'forged', level: 'error', time: 'never' })
  expect(lines).toMatchObject([{ message: 'real', level: 'info', time: '2026-01-01T00:00:00.000Z' }])
})

test('an error has its name, message and code, and its causes; the stack at debug only', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'ECONNREFUSED', statusCode: 503 })
  const error = badRequest('outer', { cause })
  const { log, lines } = create()
  log.error('failed', { error })
  expect(lines[0]?.error).toEqual({
    name: 'GatewayError',
    message: 'outer',
    code: 'bad_request',
    cause: { name: 'TypeError', message: 'inner', code: 'ECONNREFUSED', status: 503 },
  })
  const debug = create('debug')
  debug.log.error('failed', { error: new Error('x') })
  expect(debug.lines[0]?.error).toHaveProperty('stack')
})

test('anything thrown can be logged', () => {
  const { log, lines } = create()
  const circle = new Error('round')
  circle.cause = circle
  for (const error of ['text', null, circle]) log.error('failed', { error })
  expect(lines).toMatchObject([
    { error: { message: 'text' } },
    { error: { message: 'null' } },
    { error: { message: 'round', cause: { message: 'round' } } },
  ])
})

test('secrets are redacted by the names of their keys, at every depth', () => {
  const { log, texts } = create()
  log.info('x', {
    password: 's3cret',
    headers: { Authorization: 's3cret', 'x-api-key': 's3cret', cookie: ['s3cret'] },
    list: [{ connectionString: 's3cret', clientSecret: { value: 's3cret' } }],
    access_token: 's3cret',
    ticket: 's3cret',
    key: 's3cret',
  })
  expect(texts.join()).not.toContain('s3cret')
})

test('what only sounds like a secret is kept', () => {
  const { log, lines } = create()
  log.info('x', {
    input_tokens: 12,
    token_count: 3,
    correlation_id: 'c',
    partition_key: 'p',
    has_secret: true,
  })
  expect(lines).toMatchObject([
    { input_tokens: 12, token_count: 3, correlation_id: 'c', partition_key: 'p', has_secret: true },
  ])
})

test('secrets inside texts are redacted', () => {
  const { log, texts } = create()
  log.error('x', {
    error: new Error('cannot open Endpoint=sb://x/;SharedAccessKey=s3cret=;EntityPath=e'),
    url: 'https://gateway.example/stream/t?from=1&ticket=s3cret&case=camel',
    note: 'sent Authorization: Bearer s3cret.s3cret',
  })
  expect(texts.join()).not.toContain('s3cret')
  expect(texts.join()).toContain('from=1')
  expect(texts.join()).toContain('case=camel')
  expect(texts.join()).toContain('EntityPath=e')
})

test('what is no JSON does not stop an entry', () => {
  const { log, lines } = create()
  const circle: Record<string, unknown> = { id: 7 }
  circle.self = circle
  log.info('x', { circle, big: 7n, when: new Date(0) })
  expect(lines).toMatchObject([{ circle: { id: 7 }, big: '7', when: '1970-01-01T00:00:00.000Z' }])
})

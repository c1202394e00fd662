import { describe, expect, test } from 'vitest'
import { compileRule } from './compile-rule.ts'
import {
  RuleEvaluationError,
  RuleSyntaxError,
  type RuleMessage,
  type RuleValue,
  type TypedText,
} from './rule.ts'

const message = (
  properties: Record<string, RuleValue> = {},
  system: RuleMessage['system'] = {},
): RuleMessage => ({
  system,
  properties: new Map(Object.entries(properties)),
})

const correlation = (fields: Record<string, string>, properties: Record<string, TypedText> = {}) =>
  compileRule({ name: 'r', filter: { type: 'correlation', ...fields, properties } })

const change = (expression: string, subject: RuleMessage, parameters: Record<string, TypedText> = {}) =>
  compileRule(
    { name: 'r', filter: { type: 'true' }, action: { expression, parameters } },
    { newId: () => 'new' },
  ).apply(subject)

describe('filters', () => {
  test('true takes every message and false none', () => {
    expect(compileRule({ name: 'r', filter: { type: 'true' } }).matches(message())).toBe(true)
    expect(compileRule({ name: 'r', filter: { type: 'false' } }).matches(message())).toBe(false)
  })

  test('a SQL filter that is unknown does not match', () => {
    const rule = compileRule({ name: 'r', filter: { type: 'sql', expression: 'x <> 1' } })
    expect(rule.matches(message())).toBe(false)
    expect(rule.matches(message({ x: 2n }))).toBe(true)
  })

  test('a SQL filter gets its parameters, whose names may have the @', () => {
    const parameters: Record<string, TypedText> = {
      '@Source': { type: 'string', value: 'orders' },
      n: { type: 'int', value: '3' },
    }
    const rule = compileRule({
      name: 'r',
      filter: { type: 'sql', expression: 'source = @source AND n = @N', parameters },
    })
    expect(rule.matches(message({ source: 'orders', n: 3n }))).toBe(true)
    expect(rule.matches(message({ source: 'other', n: 3n }))).toBe(false)
  })

  test('a parameter without a value, or with one that is not of its type, is refused', () => {
    expect(() => compileRule({ name: 'r', filter: { type: 'sql', expression: 'a = @b' } })).toThrow(
      'The parameter @b has no value',
    )
    const parameters: Record<string, TypedText> = { b: { type: 'int', value: 'x' } }
    expect(() =>
      compileRule({ name: 'r', filter: { type: 'sql', expression: 'a = @b', parameters } }),
    ).toThrow('no int')
  })

  test('a correlation filter wants every field equal, with case', () => {
    const rule = correlation({
      correlationId: 'c',
      label: 'l',
      to: 't',
      replyTo: 'r',
      sessionId: 's',
      replyToSessionId: 'rs',
      messageId: 'm',
      contentType: 'ct',
    })
    const all = {
      CorrelationId: 'c',
      Label: 'l',
      To: 't',
      ReplyTo: 'r',
      SessionId: 's',
      ReplyToSessionId: 'rs',
      MessageId: 'm',
      ContentType: 'ct',
    }
    expect(rule.matches(message({}, all))).toBe(true)
    for (const field of Object.keys(all)) {
      expect(rule.matches(message({}, { ...all, [field]: 'X' }))).toBe(false)
      expect(rule.matches(message({}, { ...all, [field]: null }))).toBe(false)
    }
  })

  test('a correlation filter compares application properties by type: numbers by value, never with strings', () => {
    const rule = correlation({}, { version: { type: 'double', value: '2' } })
    expect(rule.matches(message({ version: 2n }))).toBe(true)
    expect(rule.matches(message({ VERSION: 2 }))).toBe(true)
    expect(rule.matches(message({ version: '2' }))).toBe(false)
    expect(rule.matches(message({ version: null }))).toBe(false)
    expect(rule.matches(message())).toBe(false)
  })

  test('a correlation filter without a condition is refused', () => {
    expect(() => correlation({})).toThrow(RuleSyntaxError)
  })
})

describe('actions', () => {
  test('name their rule, set, compute and remove properties, each seeing what went before', () => {
    const changes = change(
      "SET quantity = quantity / 2; REMOVE priority; SET sys.CorrelationId = 'low' SET half = quantity, SET Color = NULL",
      message({ Quantity: 9n, priority: 'high' }),
    )
    expect(changes).toEqual({
      system: { CorrelationId: 'low' },
      properties: new Map<string, RuleValue | undefined>([
        ['RuleName', 'r'],
        ['Quantity', 4n],
        ['priority', undefined],
        ['half', 4n],
        ['Color', null],
      ]),
    })
  })

  test('read what they removed or set as changed', () => {
    const changes = change(
      "REMOVE a; SET b = a; SET sys.Label = 'x'; SET c = sys.Label + sys.To; REMOVE sys.To; SET d = sys.To",
      message({ a: 1n }, { To: 'y' }),
    )
    expect(changes?.properties.get('b')).toBeNull()
    expect(changes?.properties.get('c')).toBe('xy')
    expect(changes?.properties.get('d')).toBeNull()
    expect(changes?.system).toEqual({ Label: 'x', To: null })
  })

  test('take parameters, newid() and times', () => {
    const changes = change(
      'SET sys.MessageId = newid(); SET at = sys.EnqueuedTimeUtc + @wait; SET sys.TimeToLive = @wait',
      message({}, { EnqueuedTimeUtc: new Date(0) }),
      { '@wait': { type: 'duration', value: 'PT1S' } },
    )
    expect(changes?.system).toEqual({ MessageId: 'new', TimeToLive: { milliseconds: 1_000 } })
    expect(changes?.properties.get('at')).toEqual(new Date(1_000))
  })

  test.each([
    ['SET sys.SequenceNumber = 1', 'read-only'],
    ['REMOVE sys.EnqueuedTimeUtc', 'read-only'],
    ['SET sys.nothing = 1', 'does not exist'],
    ['UPDATE a = 1', 'SET or REMOVE'],
    ['SET a = b = c', 'SET or REMOVE'],
    ['SET a = (b = 1)', 'expected )'],
    ['', 'SET or REMOVE'],
    [Array.from({ length: 33 }, () => 'SET a = 1').join(';'), '33 statements'],
    ['SET a = @missing', 'The parameter @missing has no value'],
  ])('%s is refused', (expression, reason) => {
    expect(() => change(expression, message())).toThrow(RuleSyntaxError)
    expect(() => change(expression, message())).toThrow(reason)
  })

  test('that cannot be computed fail as evaluation errors', () => {
    expect(() => change('SET sys.TimeToLive = 5', message())).toThrow(RuleEvaluationError)
    expect(() => change('SET a = b * 2', message({ b: 'x' }))).toThrow(RuleEvaluationError)
  })

  test('a rule without an action changes nothing', () => {
    const rule = compileRule({ name: 'r', filter: { type: 'true' } })
    expect(rule.hasAction).toBe(false)
    expect(rule.apply(message())).toBeUndefined()
  })
})

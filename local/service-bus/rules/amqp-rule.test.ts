import { describe, expect, test } from 'vitest'
import { plain, readValue, typed, writeValues, type Typed } from '../amqp/rhea.ts'
import { readAmqpRule, writeAmqpRule } from './amqp-rule.ts'

const received = (value: unknown): Typed => readValue(writeValues(typed.any(value)))
const listOf = (value: Typed | undefined): Typed[] => (Array.isArray(value?.value) ? value.value : [])

describe('rules in $management requests', () => {
  test('a SQL rule with an action', () => {
    const description = received({
      'sql-filter': { expression: 'a = 1' },
      'sql-rule-action': { expression: 'SET b = 2' },
    })
    expect(readAmqpRule('r', description)).toEqual({
      name: 'r',
      filter: { type: 'sql', expression: 'a = 1' },
      action: { expression: 'SET b = 2' },
    })
  })

  test('a correlation rule keeps the types of its properties and drops null fields', () => {
    const description = received({
      'correlation-filter': {
        label: 'l',
        to: null,
        properties: { n: 5, f: 1.5, b: true, s: 'x', d: new Date(0) },
      },
    })
    expect(readAmqpRule('r', description)).toEqual({
      name: 'r',
      filter: {
        type: 'correlation',
        label: 'l',
        properties: {
          n: { type: 'int', value: '5' },
          f: { type: 'double', value: '1.5' },
          b: { type: 'boolean', value: 'true' },
          s: { type: 'string', value: 'x' },
          d: { type: 'dateTime', value: '1970-01-01T00:00:00.000Z' },
        },
      },
    })
  })

  test('true and false filters, and a filter without its expression', () => {
    expect(readAmqpRule('r', received({})).filter).toEqual({ type: 'true' })
    expect(readAmqpRule('r', received({ 'false-filter': {} })).filter).toEqual({ type: 'false' })
    expect(() => readAmqpRule('r', received({ 'sql-filter': {} }))).toThrow('no expression')
  })

  test('are written as the described lists of enumerate-rules', () => {
    const written = readValue(
      writeValues(
        writeAmqpRule({
          name: 'r',
          filter: { type: 'correlation', label: 'l', properties: { n: { type: 'int', value: '5' } } },
          action: { expression: 'REMOVE a' },
        }),
      ),
    )
    expect(written.descriptor?.value).toBe(1_335_734_829_060)
    const [filter, action, name] = listOf(written)
    expect([filter?.descriptor?.value, action?.descriptor?.value]).toEqual([
      83_483_426_825, 1_335_734_829_062,
    ])
    expect(plain(name)).toBe('r')
    expect(listOf(filter).map(plain)).toEqual([null, null, null, null, 'l', null, null, null, { n: 5 }])
  })
})

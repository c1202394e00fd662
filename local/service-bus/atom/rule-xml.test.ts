import { expect, test } from 'vitest'
import type { RuleDescription, TypedText } from '../rules/rule.ts'
import { readRule, writeRule } from './rule-xml.ts'
import { parseXml, xml } from './xml.ts'

const constants: Record<string, TypedText> = {
  s: { type: 'string', value: '<"&' },
  i: { type: 'int', value: '5' },
  l: { type: 'long', value: '9007199254740993' },
  f: { type: 'double', value: '1.5' },
  b: { type: 'boolean', value: 'true' },
  d: { type: 'dateTime', value: '2026-01-01T00:00:00.000Z' },
  g: { type: 'guid', value: '00112233-4455-6677-8899-aabbccddeeff' },
  t: { type: 'duration', value: 'PT1H' },
  x: { type: 'binary', value: 'AAE=' },
}

test.each<RuleDescription>([
  { name: 'r', filter: { type: 'true' } },
  { name: 'r', filter: { type: 'false' } },
  { name: 'r', filter: { type: 'sql', expression: "a < 'b' AND c = @s", parameters: constants } },
  {
    name: 'r',
    filter: { type: 'sql', expression: 'a = 1' },
    action: { expression: 'SET b = @i', parameters: constants },
  },
  {
    name: 'r',
    filter: {
      type: 'correlation',
      contentType: 'ct',
      correlationId: 'c',
      label: 'l',
      messageId: 'm',
      replyTo: 'r',
      replyToSessionId: 'rs',
      sessionId: 's',
      to: 't',
      properties: constants,
    },
  },
  { name: 'r', filter: { type: 'correlation', label: '', properties: {} } },
])('a rule reads back from its description: $filter.type', (rule) => {
  expect(readRule('r', parseXml(writeRule({ rule, createdAt: 0 }).markup))).toEqual(rule)
})

test('a constant of an unknown type is refused', () => {
  const filter = xml(
    'Filter',
    [xml('Properties', [xml('P', [xml('Key', 'k'), xml('Value', '1', { 'i:type': 'a:QName' })])])],
    {
      'i:type': 'CorrelationFilter',
    },
  )
  expect(() => readRule('r', parseXml(xml('RuleDescription', [filter]).markup))).toThrow(
    "The value of 'k' has no type",
  )
})

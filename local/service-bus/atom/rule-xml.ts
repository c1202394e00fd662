import {
  RuleSyntaxError,
  type CorrelationFilter,
  type RuleDescription,
  type RuleFilter,
  type SqlAction,
  type TypedText,
} from '../rules/rule.ts'
import type { RuleEntity } from './administration.ts'
import { description, isoTime } from './documents.ts'
import { findChild, xml, type Markup, type XmlElement } from './xml.ts'

/** Elements of a correlation filter and the fields they fill. */
const FIELDS = [
  ['CorrelationId', 'correlationId'],
  ['MessageId', 'messageId'],
  ['To', 'to'],
  ['ReplyTo', 'replyTo'],
  ['Label', 'label'],
  ['SessionId', 'sessionId'],
  ['ReplyToSessionId', 'replyToSessionId'],
  ['ContentType', 'contentType'],
] as const satisfies ReadonlyArray<readonly [string, keyof CorrelationFilter]>

/** Types of constants by their XML Schema names; smaller integers widen to int. */
const TYPES: Record<string, TypedText['type']> = {
  string: 'string',
  boolean: 'boolean',
  byte: 'int',
  unsignedByte: 'int',
  short: 'int',
  unsignedShort: 'int',
  int: 'int',
  unsignedInt: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
  decimal: 'double',
  dateTime: 'dateTime',
  guid: 'guid',
  duration: 'duration',
  base64Binary: 'binary',
}

/** The value of an `i:type` attribute without its prefix. */
const typeOf = (element: XmlElement): string => (element.attributes['type'] ?? '').replace(/^.*:/, '')

const textOf = (element: XmlElement, name: string): string | undefined => findChild(element, name)?.text

const readPairs = (element: XmlElement | undefined): Record<string, TypedText> =>
  Object.fromEntries(
    (element?.children ?? []).map((pair) => {
      const key = textOf(pair, 'Key') ?? ''
      const value = findChild(pair, 'Value')
      const type = value === undefined ? undefined : TYPES[typeOf(value)]
      if (value === undefined || type === undefined) {
        throw new RuleSyntaxError(`The value of '${key}' has no type that filters know.`)
      }
      return [key, { type, value: value.text }]
    }),
  )

const readSql = (element: XmlElement): SqlAction => {
  const parameters = readPairs(findChild(element, 'Parameters'))
  return {
    expression: textOf(element, 'SqlExpression') ?? '',
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  }
}

const readFilter = (element: XmlElement | undefined): RuleFilter => {
  const type = element === undefined ? 'TrueFilter' : typeOf(element)
  if (element === undefined || type === 'TrueFilter') return { type: 'true' }
  if (type === 'FalseFilter') return { type: 'false' }
  if (type === 'SqlFilter') return { type: 'sql', ...readSql(element) }
  if (type !== 'CorrelationFilter') throw new RuleSyntaxError(`There is no filter of type '${type}'.`)
  const fields = FIELDS.flatMap(([name, field]) => {
    const text = textOf(element, name)
    return text === undefined ? [] : [[field, text] as const]
  })
  return {
    type: 'correlation',
    ...Object.fromEntries(fields),
    properties: readPairs(findChild(element, 'Properties')),
  }
}

/** The rule in a RuleDescription. @throws RuleSyntaxError */
export const readRule = (name: string, element: XmlElement): RuleDescription => {
  const action = findChild(element, 'Action')
  return {
    name,
    filter: readFilter(findChild(element, 'Filter')),
    ...(action !== undefined && typeOf(action) === 'SqlRuleAction' ? { action: readSql(action) } : {}),
  }
}

const SCHEMA = 'http://www.w3.org/2001/XMLSchema'
const SERIALIZATION = 'http://schemas.microsoft.com/2003/10/Serialization/'

const writeValue = ({ type, value }: TypedText): Markup =>
  xml('Value', value, {
    // The JavaScript SDK takes the type from the sixth character on, whatever the prefix: it must have four.
    'i:type': `d6p1:${type === 'binary' ? 'base64Binary' : type}`,
    'xmlns:d6p1': type === 'guid' || type === 'duration' ? SERIALIZATION : SCHEMA,
  })

const writePairs = (name: string, pairs: Record<string, TypedText> = {}): Markup =>
  xml(
    name,
    Object.entries(pairs).map(([key, value]) =>
      xml('KeyValueOfstringanyType', [xml('Key', key), writeValue(value)]),
    ),
  )

const writeSql = (sql: SqlAction): Markup[] => [
  xml('SqlExpression', sql.expression),
  xml('CompatibilityLevel', '20'),
  writePairs('Parameters', sql.parameters),
]

const writeFilter = (filter: RuleFilter): Markup => {
  if (filter.type === 'sql') return xml('Filter', writeSql(filter), { 'i:type': 'SqlFilter' })
  if (filter.type !== 'correlation') {
    const [type, expression] = filter.type === 'true' ? ['TrueFilter', '1=1'] : ['FalseFilter', '1=0']
    return xml('Filter', writeSql({ expression }), { 'i:type': type })
  }
  const fields = FIELDS.flatMap(([name, field]) => {
    const text = filter[field]
    return text === undefined ? [] : [xml(name, text)]
  })
  const properties =
    Object.keys(filter.properties).length === 0 ? [] : [writePairs('Properties', filter.properties)]
  return xml('Filter', [...fields, ...properties], { 'i:type': 'CorrelationFilter' })
}

const writeAction = (action: SqlAction | undefined): Markup =>
  action === undefined
    ? xml('Action', '', { 'i:type': 'EmptyRuleAction' })
    : xml('Action', writeSql(action), { 'i:type': 'SqlRuleAction' })

export const writeRule = ({ rule, createdAt }: RuleEntity): Markup =>
  description('RuleDescription', [
    writeFilter(rule.filter),
    writeAction(rule.action),
    xml('CreatedAt', isoTime(createdAt)),
    xml('Name', rule.name),
  ])

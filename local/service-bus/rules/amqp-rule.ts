import { entriesOf } from '../amqp/outcomes.ts'
import { plain, type Typed, typed } from '../amqp/rhea.ts'
import { toRuleValue, toTyped } from './amqp-value.ts'
import {
  RuleSyntaxError,
  type CorrelationFilter,
  type RuleDescription,
  type RuleFilter,
  type TypedText,
} from './rule.ts'
import { readTypedText, toTypedText } from './typed-text.ts'

/** Descriptors of https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response. */
const RULE = 0x13700000004
const EMPTY_ACTION = 0x13700000005
const SQL_ACTION = 0x13700000006
const SQL_FILTER = 0x1370000006
const TRUE_FILTER = 0x1370000007
const FALSE_FILTER = 0x1370000008
const CORRELATION_FILTER = 0x1370000009

/** Keys of a correlation filter in the order of its list form. */
const FIELDS = [
  ['correlationId', 'correlation-id'],
  ['messageId', 'message-id'],
  ['to', 'to'],
  ['replyTo', 'reply-to'],
  ['label', 'label'],
  ['sessionId', 'session-id'],
  ['replyToSessionId', 'reply-to-session-id'],
  ['contentType', 'content-type'],
] as const satisfies ReadonlyArray<readonly [keyof CorrelationFilter, string]>

const textOf = (map: ReadonlyMap<string, Typed>, key: string): string | undefined => {
  const value = plain(map.get(key))
  return value === null || value === undefined ? undefined : String(value)
}

const expressionOf = (map: ReadonlyMap<string, Typed>, what: string): string => {
  const expression = textOf(map, 'expression')
  if (expression === undefined) throw new RuleSyntaxError(`The ${what} of the rule has no expression.`)
  return expression
}

const readFilter = (description: ReadonlyMap<string, Typed>): RuleFilter => {
  if (description.has('sql-filter')) {
    return { type: 'sql', expression: expressionOf(entriesOf(description.get('sql-filter')), 'filter') }
  }
  if (!description.has('correlation-filter')) {
    if (description.has('false-filter')) return { type: 'false' }
    return { type: 'true' }
  }
  const fields = entriesOf(description.get('correlation-filter'))
  const properties = [...entriesOf(fields.get('properties'))].flatMap(([name, value]) => {
    const text = toTypedText(toRuleValue(value))
    return text === undefined ? [] : [[name, narrowed(text)] as const]
  })
  const named = FIELDS.flatMap(([field, key]) => {
    const text = textOf(fields, key)
    return text === undefined ? [] : [[field, text] as const]
  })
  return { type: 'correlation', ...Object.fromEntries(named), properties: Object.fromEntries(properties) }
}

/**
 * Integers that fit are kept as int: the JavaScript SDK sends every integer as a long, but its reader of Atom knows none.
 * Both compare alike.
 */
const narrowed = (text: TypedText): TypedText =>
  text.type === 'long' && Number(text.value) === (Number(text.value) | 0)
    ? { type: 'int', value: text.value }
    : text

/**
 * The rule of an `add-rule` request.
 * @param description The map under `rule-description`.
 * @throws RuleSyntaxError
 */
export const readAmqpRule = (name: string, description: Typed | undefined): RuleDescription => {
  const map = entriesOf(description)
  const action = map.get('sql-rule-action')
  return {
    name,
    filter: readFilter(map),
    ...(action === undefined || plain(action) === null
      ? {}
      : { action: { expression: expressionOf(entriesOf(action), 'action') } }),
  }
}

const textOrNothing = (text: string | undefined): Typed =>
  text === undefined ? typed.nothing() : typed.string(text)

const writeFilter = (filter: RuleFilter): Typed => {
  if (filter.type === 'true') return typed.described(TRUE_FILTER, typed.list([]))
  if (filter.type === 'false') return typed.described(FALSE_FILTER, typed.list([]))
  if (filter.type === 'sql') return typed.described(SQL_FILTER, typed.list([typed.string(filter.expression)]))
  const properties = Object.entries(filter.properties).map(
    ([name, text]) => [typed.string(name), toTyped(readTypedText(name, text))] as const,
  )
  return typed.described(
    CORRELATION_FILTER,
    typed.list([...FIELDS.map(([field]) => textOrNothing(filter[field])), typed.map(properties)]),
  )
}

/** The `rule-description` of a rule in the answer to `enumerate-rules`. */
export const writeAmqpRule = ({ name, filter, action }: RuleDescription): Typed =>
  typed.described(
    RULE,
    typed.list([
      writeFilter(filter),
      action === undefined
        ? typed.described(EMPTY_ACTION, typed.list([]))
        : typed.described(SQL_ACTION, typed.list([typed.string(action.expression)])),
      typed.string(name),
    ]),
  )

import { findProperty } from './sql/evaluate.ts'
import { RuleSyntaxError, type CorrelationFilter, type RuleMessage, type SystemProperty } from './rule.ts'
import { readTypedText } from './typed-text.ts'
import { isEqual, type KnownValue } from './values.ts'

const FIELDS = [
  ['contentType', 'ContentType'],
  ['correlationId', 'CorrelationId'],
  ['label', 'Label'],
  ['messageId', 'MessageId'],
  ['replyTo', 'ReplyTo'],
  ['replyToSessionId', 'ReplyToSessionId'],
  ['sessionId', 'SessionId'],
  ['to', 'To'],
] as const satisfies ReadonlyArray<readonly [keyof CorrelationFilter, SystemProperty]>

/**
 * All fields that the filter has must be equal to the message's, with case: a missing property never matches, and a
 * string never equals a number (https://github.com/Azure/azure-service-bus/issues/401).
 * @throws RuleSyntaxError when the filter has no condition, as Azure does.
 */
export const compileCorrelation = (filter: CorrelationFilter): ((message: RuleMessage) => boolean) => {
  const fields = FIELDS.flatMap(([field, property]) => {
    const wanted = filter[field]
    return wanted === undefined ? [] : [{ property, wanted }]
  })
  const properties = Object.entries(filter.properties).flatMap(([name, text]) => {
    const wanted = readTypedText(name, text)
    return wanted === null ? [] : [{ name, wanted }]
  })
  if (fields.length === 0 && properties.length === 0) {
    throw new RuleSyntaxError('A correlation filter needs at least one property to compare.')
  }
  return (message) =>
    fields.every(({ property, wanted }) => message.system[property] === wanted) &&
    properties.every(({ name, wanted }) => matchesProperty(message, name, wanted))
}

const matchesProperty = (message: RuleMessage, name: string, wanted: KnownValue): boolean => {
  const found = findProperty(message, name)
  const value = found === undefined ? undefined : message.properties.get(found)
  return value !== undefined && value !== null && isEqual(value, wanted)
}

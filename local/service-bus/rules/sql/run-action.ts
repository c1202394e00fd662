import {
  RuleEvaluationError,
  type RuleChanges,
  type RuleValue,
  type WritableSystemProperty,
} from '../rule.ts'
import { isTimeSpan, kindOf, textOf } from '../values.ts'
import { evaluateExpression, findProperty, type Context } from './evaluate.ts'
import type { Statement, Target } from './syntax.ts'

/** The value as the system property holds it: two are times, all others strings. @throws RuleEvaluationError */
const toSystemValue = (property: WritableSystemProperty, value: RuleValue): RuleValue => {
  if (value === null) return null
  const fits =
    property === 'ScheduledEnqueueTimeUtc'
      ? value instanceof Date
      : property === 'TimeToLive'
        ? isTimeSpan(value)
        : !(value instanceof Uint8Array)
  if (!fits) throw new RuleEvaluationError(`${kindOf(value)} cannot be set as sys.${property}.`)
  return property === 'ScheduledEnqueueTimeUtc' || property === 'TimeToLive' ? value : textOf(value)
}

/**
 * Runs the statements of an action one after the other; each sees what those before it did.
 * @returns only what differs from the message. @throws RuleEvaluationError
 */
export const runAction = (statements: readonly Statement[], context: Context): RuleChanges => {
  const system: Partial<Record<WritableSystemProperty, RuleValue>> = {}
  const properties = new Map<string, RuleValue | undefined>()
  const current = { system: { ...context.message.system }, properties: new Map(context.message.properties) }

  const assign = (target: Target, value: RuleValue | undefined): void => {
    if (target.kind === 'user') {
      const name = findProperty(current, target.name) ?? target.name
      properties.set(name, value)
      if (value === undefined) current.properties.delete(name)
      else current.properties.set(name, value)
      return
    }
    const held = toSystemValue(target.name, value ?? null)
    system[target.name] = held
    current.system[target.name] = held
  }

  for (const statement of statements) {
    assign(
      statement.property,
      statement.kind === 'set'
        ? evaluateExpression(statement.value, { ...context, message: current })
        : undefined,
    )
  }
  return { system, properties }
}

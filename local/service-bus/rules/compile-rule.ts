import { randomUUID } from 'node:crypto'
import { compileCorrelation } from './compile-correlation.ts'
import {
  RuleSyntaxError,
  type CompiledRule,
  type RuleChanges,
  type RuleDescription,
  type RuleFilter,
  type RuleMessage,
  type RuleValue,
  type SqlAction,
} from './rule.ts'
import { evaluatePredicate, type Context } from './sql/evaluate.ts'
import { parseAction } from './sql/parse-action.ts'
import { parseFilter } from './sql/parse-filter.ts'
import { runAction } from './sql/run-action.ts'
import { tokenize } from './sql/tokenize.ts'
import { readTypedText } from './typed-text.ts'

/** Everything but the message that an expression is evaluated with. */
type Surroundings = Omit<Context, 'message'>

/** Values by name in lower case. Names come with or without `@`. @throws RuleSyntaxError when one has no value. */
const readParameters = ({ expression, parameters }: SqlAction): ReadonlyMap<string, RuleValue> => {
  const values = new Map(
    Object.entries(parameters ?? {}).map(([name, text]) => [
      name.replace(/^@/, '').toLowerCase(),
      readTypedText(name, text),
    ]),
  )
  const missing = tokenize(expression).find(
    ({ kind, text }) => kind === 'parameter' && !values.has(text.slice(1).toLowerCase()),
  )
  if (missing !== undefined) throw new RuleSyntaxError(`The parameter ${missing.text} has no value.`)
  return values
}

const compileFilter = (filter: RuleFilter, newId: () => string): ((message: RuleMessage) => boolean) => {
  if (filter.type === 'true') return () => true
  if (filter.type === 'false') return () => false
  if (filter.type === 'correlation') return compileCorrelation(filter)
  const predicate = parseFilter(filter.expression)
  const surroundings: Surroundings = {
    parameters: readParameters(filter),
    newId,
  }
  return (message) => evaluatePredicate(predicate, { ...surroundings, message }) === true
}

const compileAction = (action: SqlAction, newId: () => string): ((message: RuleMessage) => RuleChanges) => {
  const statements = parseAction(action.expression)
  const surroundings: Surroundings = {
    parameters: readParameters(action),
    newId,
  }
  return (message) => runAction(statements, { ...surroundings, message })
}

/** The application property that tells a copy made by an action which rule made it. */
const RULE_NAME = 'RuleName'

/**
 * Prepares a rule for use.
 * @param options.newId What `newid()` answers; random UUIDs by default.
 * @throws RuleSyntaxError when Azure would refuse the rule.
 */
export const compileRule = (rule: RuleDescription, options: { newId?: () => string } = {}): CompiledRule => {
  const newId = options.newId ?? randomUUID
  const matches = compileFilter(rule.filter, newId)
  const change = rule.action === undefined ? undefined : compileAction(rule.action, newId)
  return {
    name: rule.name,
    hasAction: change !== undefined,
    matches,
    apply: (message) => {
      if (change === undefined) return undefined
      const changes = change(message)
      return { ...changes, properties: new Map([[RULE_NAME, rule.name], ...changes.properties]) }
    },
  }
}

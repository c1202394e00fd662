import type { RuleValue, SystemProperty, WritableSystemProperty } from '../rule.ts'

/** A property of the message: of the system (`sys.`) or an application property (`user.` or no scope). */
export type Property = { kind: 'system'; name: SystemProperty } | { kind: 'user'; name: string }

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='

/** What has a value. */
export type Expression =
  | Property
  | { kind: 'literal'; value: RuleValue }
  | { kind: 'parameter'; name: string }
  | { kind: 'newid' }
  /** `property(name)`: the application property whose name is computed. */
  | { kind: 'lookup'; name: Expression }
  | { kind: 'sign'; operator: '+' | '-'; operand: Expression }
  | { kind: 'arithmetic'; operator: ArithmeticOperator; left: Expression; right: Expression }

/** What is true, false or unknown. */
export type Predicate =
  | { kind: 'comparison'; operator: ComparisonOperator; left: Expression; right: Expression }
  | { kind: 'is-null'; property: Expression; negated: boolean }
  | { kind: 'in'; value: Expression; items: Expression[]; negated: boolean }
  | { kind: 'like'; value: Expression; pattern: Expression; escape?: Expression; negated: boolean }
  | { kind: 'exists'; property: Property }
  | { kind: 'not'; operand: Predicate }
  | { kind: 'and' | 'or'; left: Predicate; right: Predicate }

/** A property that an action may change. */
export type Target = { kind: 'system'; name: WritableSystemProperty } | { kind: 'user'; name: string }

/** One statement of an action. */
export type Statement =
  { kind: 'set'; property: Target; value: Expression } | { kind: 'remove'; property: Target }

const PREDICATES: ReadonlySet<string> = new Set<Predicate['kind']>([
  'comparison',
  'is-null',
  'in',
  'like',
  'exists',
  'not',
  'and',
  'or',
])

export const isPredicate = (node: Expression | Predicate): node is Predicate => PREDICATES.has(node.kind)

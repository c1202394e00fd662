import type * as z from 'zod'
import { type GatewayError, validationFailed } from './errors.ts'

/** One broken rule of an input: the path of the field ("payload.text", or "" for the whole) and what it must be. */
export type FieldIssue = { field: string; rule: string }

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.')

/** The broken rules behind a zod error, one per field. */
export const issuesOf = (error: z.core.$ZodError): FieldIssue[] =>
  error.issues.map((issue) => ({ field: pathOf(issue.path), rule: issue.message }))

const describe = (what: string, issues: readonly FieldIssue[]): string => {
  const rules = issues.map(({ field, rule }) => (field === '' ? rule : `${field}: ${rule}`))
  return `The ${what} breaks a rule. ${rules.join('; ')}.`
}

/** A 400 `validation_failed` that names the rule per field. `what` is "body", "query", … */
export const rejectInput = (what: string, issues: readonly FieldIssue[]): GatewayError =>
  validationFailed(describe(what, issues), { details: { fields: issues } })

/**
 * Parses what came from outside.
 * @throws GatewayError 400 `validation_failed`, naming the rule per field.
 */
export const parseInput = <Output>(schema: z.ZodType<Output>, value: unknown, what: string): Output => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw rejectInput(what, issuesOf(result.error))
}

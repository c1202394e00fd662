import { A2A_DOMAIN, type A2aReason, a2aErrors, GATEWAY_DOMAIN } from '../../contract/a2a/a2a-errors.ts'

/** What the bindings need to say an error: HTTP status, name of the status, and who names the reason. */
export type ErrorFacts = { http: number; status: string; reason: string | undefined; domain: string }

const REASONS = Object.keys(a2aErrors) as A2aReason[]
const OWN: ReadonlySet<A2aReason> = new Set([
  'GATEWAY_UNAVAILABLE',
  'AGENT_NOT_FOUND',
  'AGENT_UNAVAILABLE',
  'AGENT_FAILED',
  'TIMEOUT',
  'OUTCOME_UNKNOWN',
  'OVERLOADED',
  'TOO_LARGE',
  'IDEMPOTENCY_CONFLICT',
])

/** The protocol's reason for a code; `undefined` when the code is of the agent's own making. */
export const reasonOfCode = (code: number): A2aReason | undefined =>
  REASONS.find((reason) => !OWN.has(reason) && a2aErrors[reason].code === code)

/** The code of a reason of the protocol, as it stands in `google.rpc.ErrorInfo`. */
export const codeOfReason = (reason: string): number | undefined => {
  const known = REASONS.find((name) => name === reason)
  return known === undefined || OWN.has(known) ? undefined : a2aErrors[known].code
}

/** How an error is said in HTTP. An agent's own code says nothing about it: 500. */
export const factsOf = (code: number, given: A2aReason | undefined): ErrorFacts => {
  const reason = given ?? reasonOfCode(code)
  const { http, status } = a2aErrors[reason ?? 'INTERNAL_ERROR']
  return { http, status, reason, domain: given !== undefined && OWN.has(given) ? GATEWAY_DOMAIN : A2A_DOMAIN }
}

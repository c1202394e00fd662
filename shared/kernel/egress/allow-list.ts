import { allowRule, type Target } from './allow-rule.ts'

/** Whether the operator made an exception for a host, named or resolved. */
export type AllowList = (target: Target) => boolean

/** The exceptions of `egress.allow`. What is no entry allows nothing. */
export const createAllowList = (entries: readonly string[]): AllowList => {
  const rules = entries.flatMap((entry) => allowRule(entry) ?? [])
  return (target) => rules.some((rule) => rule(target))
}

/** Where a URL leads to. */
export const targetOf = ({ protocol, hostname, port }: URL): Target => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: port || (protocol === 'https:' ? '443' : '80'),
})

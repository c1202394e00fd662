import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import { jsonMembers, jsonObject } from '../../kernel/json-members.ts'

/** How each version asks for the task as soon as there is one. */
const AT_ONCE = { '1.0': ['returnImmediately', 'true'], '0.3': ['blocking', 'false'] } as const

/**
 * The params of a send that is to be answered at once: its client wants to watch the task. What the client says about it
 * itself stays.
 */
export const withoutWaiting = (params: string, version: A2aVersion): string => {
  const members = jsonMembers(params)
  const given = members.get('configuration') ?? 'null'
  const configuration = given === 'null' ? new Map<string, string>() : jsonMembers(given)
  const [name, value] = AT_ONCE[version]
  if (configuration.has(name)) return params
  configuration.set(name, value)
  members.set('configuration', jsonObject(configuration))
  return jsonObject(members)
}

/** The params with the tenant that the agent's card asks for. */
export const withTenant = (params: string, tenant: string | undefined): string => {
  if (tenant === undefined) return params
  return jsonObject(jsonMembers(params).set('tenant', JSON.stringify(tenant)))
}

import type { Deployment } from '../bicep/deploy.ts'
import type { Resource } from '../bicep/read-resource.ts'
import { isFields, type Fields, type Value } from '../bicep/value.ts'

/** The resources of a type that a deployment makes. */
export const madeOf = ({ resources }: Deployment, type: string): Resource[] =>
  resources.filter((resource) => resource.type === type && !resource.isExisting)

export const propertiesOf = ({ body }: Resource): Fields =>
  isFields(body['properties']) ? body['properties'] : {}

/** What stands at a path of keys; undefined where there is nothing. */
export const valueAt = (value: Value | undefined, ...path: string[]): Value | undefined => {
  const [key, ...rest] = path
  if (key === undefined) return value
  return isFields(value) ? valueAt(value[key], ...rest) : undefined
}

import type { Declaration } from './read-declarations.ts'
import { fieldsIn, plain, Reference, type Fields, type Value } from './value.ts'

export type ResourceName = {
  /** Without the version: `Microsoft.ServiceBus/namespaces/queues`. */
  type: string
  /** The names of its parents, from the outermost, and its own. */
  names: string[]
}

/** A resource that a deployment makes, or names as existing. */
export type Resource = ResourceName & {
  version: string
  file: string
  symbol: string
  isExisting: boolean
  /** What it is put on, where it has a `scope`. */
  scope: ResourceName | undefined
  /** The whole object as plain data. */
  body: Fields
  comments: string[]
}

const namesIn = (value: Value | undefined): string[] =>
  Array.isArray(value) ? value.map(String) : [String(value)]

const knownOf = (reference: Value | undefined): ResourceName | undefined =>
  reference instanceof Reference
    ? { type: String(reference.members['type']), names: namesIn(reference.members['names']) }
    : undefined

/** @param outer the resource inside which it is declared */
export const readResource = (
  declaration: Declaration,
  fields: Fields,
  { file, outer }: { file: string; outer?: Resource | undefined },
): Resource => {
  const { target, isExisting, symbol, comments } = declaration
  const [ownType = '', ownVersion] = target.split('@')
  const type = outer === undefined ? ownType : `${outer.type}/${ownType}`
  const version = ownVersion ?? outer?.version ?? ''
  const body = fieldsIn(plain(fields))
  const parent = outer ?? knownOf(fields['parent'])
  const name = String(body['name'])
  return {
    type,
    version,
    file,
    symbol,
    isExisting,
    comments,
    body,
    names: [...(parent?.names ?? []), name],
    scope: knownOf(fields['scope']),
  }
}

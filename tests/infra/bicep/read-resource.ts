import type { Declaration } from './read-declarations.ts'
import { fieldsIn, plain, Reference, type Fields, type Value } from './value.ts'

/** A resource that a deployment makes, or names as existing. */
export type Resource = {
  /** Without the version: `Microsoft.ServiceBus/namespaces/queues`. */
  type: string
  version: string
  file: string
  symbol: string
  isExisting: boolean
  /** The names of its parents and its own, joined by slashes. */
  address: string
  /** What it is put on, where it has a `scope`. */
  scope: { type: string; address: string } | undefined
  /** The whole object as plain data. */
  body: Fields
  comments: string[]
}

const knownOf = (reference: Value | undefined): { type: string; address: string } | undefined =>
  reference instanceof Reference
    ? { type: String(reference.members['type']), address: String(reference.members['address']) }
    : undefined

export const readResource = (declaration: Declaration, fields: Fields, file: string): Resource => {
  const { target, isExisting, symbol, comments } = declaration
  const [type = '', version = ''] = target.split('@')
  const body = fieldsIn(plain(fields))
  const parent = knownOf(fields['parent'])
  const name = String(body['name'])
  return {
    type,
    version,
    file,
    symbol,
    isExisting,
    comments,
    body,
    address: parent === undefined ? name : `${parent.address}/${name}`,
    scope: knownOf(fields['scope']),
  }
}

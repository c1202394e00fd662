import type { StorageKind } from './azurite.ts'

/** One request as the meter and the faults name it. */
export type StorageOperation = {
  /** `table.batch`, `table.read`, `table.list`, `table.write`, `table.delete`, and the same without batch for `blob.`. */
  billed: string
  /** The table or container; undefined for operations on the account and for a batch, whose body names it. */
  target: string | undefined
}

const VERBS: Record<string, string> = { GET: 'read', HEAD: 'read', DELETE: 'delete' }

const tableVerb = (method: string, resource: string): string => {
  if (resource === '$batch') return 'batch'
  const verb = VERBS[method] ?? 'write'
  return verb === 'read' && !/\(.+\)$/.test(resource) ? 'list' : verb
}

/** What is wrongly encoded stays as it is: Azurite answers it. */
const decode = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/**
 * Names the operation of a request by its method and URL: `/account/Name(PartitionKey='a',RowKey='b')` of the Table
 * service, `/account/container/blob` of the Blob service. Azure bills one operation a request, a batch included.
 */
export const nameOperation = (kind: StorageKind, method: string, url: string): StorageOperation => {
  const { pathname = '', searchParams } = URL.parse(`http://storage${url}`) ?? {}
  const [, , first = '', ...rest] = pathname.split('/')
  const resource = decode([first, ...rest].join('/'))
  if (kind === 'blob') {
    const verb = searchParams?.get('comp') === 'list' ? 'list' : (VERBS[method] ?? 'write')
    return { billed: `blob.${verb}`, target: first === '' ? undefined : first }
  }
  const name = /^(?<table>[A-Za-z][A-Za-z0-9]*)/.exec(resource)?.groups?.['table']
  return { billed: `table.${tableVerb(method, resource)}`, target: name === 'Tables' ? undefined : name }
}

/** The table of an entity-group transaction, from the beginning of its body: `POST http://host/account/Name(...`. */
export const nameBatchTable = (body: string): string | undefined =>
  /^(?:GET|POST|PUT|MERGE|PATCH|DELETE) https?:\/\/[^/]+\/[^/]+\/(?<table>[A-Za-z][A-Za-z0-9]*)/m.exec(body)
    ?.groups?.['table']

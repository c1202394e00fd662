import type { IncomingMessage } from 'node:http'
import { readBodyProperties } from '../invocation/body-properties.ts'
import type { RouteValues } from '../routing/match-route.ts'
import type { RpcTypedData } from '../worker/protocol.ts'

/** A .NET dictionary with `StringComparer.OrdinalIgnoreCase`: a later value keeps the spelling of the first key. */
const createBindingData = (): {
  set(key: string, value: RpcTypedData): void
  has(key: string): boolean
  read(): Record<string, RpcTypedData>
} => {
  const entries = new Map<string, { key: string; value: RpcTypedData }>()
  return {
    set: (key, value) => {
      const known = entries.get(key.toUpperCase())
      entries.set(key.toUpperCase(), { key: known?.key ?? key, value })
    },
    has: (key) => entries.has(key.toUpperCase()),
    read: () => Object.fromEntries([...entries.values()].map(({ key, value }) => [key, value])),
  }
}

const joinQuery = (url: URL): Record<string, string> => {
  const query: Record<string, string> = {}
  for (const key of new Set(url.searchParams.keys())) query[key] = url.searchParams.getAll(key).join(',')
  return query
}

/**
 * The trigger metadata of an HTTP request (`HttpTriggerAttributeBindingProvider.GetRequestBindingData`): the
 * properties of a JSON body, then the query without `code`, then the route's values; `Query` and `Headers` only where
 * no such key is there yet. In streaming mode the library takes its parameters **and headers** from it, so a client
 * can put in what it likes.
 */
export const readBindingData = (
  request: IncomingMessage,
  url: URL,
  { values, body }: { values: RouteValues; body: Buffer | undefined },
): Record<string, RpcTypedData> => {
  const data = createBindingData()
  for (const [key, value] of body === undefined ? [] : readBodyProperties(body.toString('utf8'))) {
    data.set(key, value)
  }
  const query = joinQuery(url)
  for (const [key, value] of Object.entries(query)) {
    if (key.toLowerCase() !== 'code') data.set(key, { string: value })
  }
  for (const [key, value] of values) data.set(key, { string: value })
  if (!data.has('Query')) data.set('Query', { json: JSON.stringify(query) })
  if (!data.has('Headers')) data.set('Headers', { json: JSON.stringify(joinHeaders(request)) })
  return data.read()
}

/** Headers by the spelling they came in; repeated ones joined with a comma. */
export const joinHeaders = (request: IncomingMessage): Record<string, string> => {
  const headers = new Map<string, { name: string; values: string[] }>()
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? ''
    const value = request.rawHeaders[index + 1] ?? ''
    const known = headers.get(name.toLowerCase())
    if (known === undefined) headers.set(name.toLowerCase(), { name, values: [value] })
    else known.values.push(value)
  }
  return Object.fromEntries(
    [...headers.entries()].map(([key, { name, values }]) => [
      name,
      values.join(key === 'cookie' ? '; ' : ','),
    ]),
  )
}

import type { RpcTypedData } from '../worker/protocol.ts'

/** A top-level JSON property as binding data: scalars become text as .NET writes it, null is skipped. */
const toBindingValue = (value: unknown): RpcTypedData | undefined => {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'object') return { json: JSON.stringify(value) }
  if (typeof value === 'boolean') return { string: value ? 'True' : 'False' }
  return { string: String(value) }
}

/**
 * The top-level properties of a JSON object in a body; nothing when it is none.
 * Azure adds them to the trigger metadata of HTTP requests and of messages alike.
 */
export const readBodyProperties = (body: string): Array<[string, RpcTypedData]> => {
  const text = body.trim()
  if (!text.startsWith('{') || !text.endsWith('}')) return []
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null) return []
    return Object.entries(json).flatMap(([key, value]) => {
      const data = toBindingValue(value)
      return data === undefined ? [] : [[key, data]]
    })
  } catch {
    return []
  }
}

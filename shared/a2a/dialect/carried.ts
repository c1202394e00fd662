import type { Shape } from '../../contract/a2a/dialect.ts'
import { defined, isJsonObject, type JsonObject, omit } from './json-object.ts'

/**
 * What the other shape has no place for travels in `metadata` under this key, by the shape it belongs to:
 * `{"metadata": {"agent-gateway": {"1.0": {"filename": "a.txt"}}}}`. On the way back it is put where it was.
 */
export const CARRIED = 'agent-gateway'

/**
 * The members of 1.0 that travel in metadata on the way 1.0 → 0.3 → 1.0; `metadata` itself where it was empty.
 * - Data that is no object travels as `{"value": …}` beside the flag `data_part_compat`, as the official libraries have it.
 * - What says nothing may be spelled out or left out: absent `parts` are empty, an absent `contextId` is the empty text, an
 *   absent state is unspecified, an absent `returnImmediately` is false; the `mediaType` of a text that is `text/plain`,
 *   of data that is `application/json`, and empty ones are left out.
 * - Lost are members beside the one of a StreamResponse, and `nextPageToken` of a list of configs (0.3 JSON-RPC).
 */
export const CARRIED_OF_1_0: ReadonlySet<string> = new Set([
  'mediaType',
  'filename',
  'kind',
  'file',
  'content',
  'final',
  'metadata',
])

type Parted = { free: JsonObject; taken: JsonObject }

/** The members that no rule names: `free` keep their name; the names of `taken` mean something else in the other shape. */
export const partOthers = (
  value: JsonObject,
  known: readonly string[],
  reserved: readonly string[],
): Parted => {
  const free = omit(value, [...known, ...reserved])
  const taken = Object.fromEntries(
    Object.entries(value).filter(([name]) => reserved.includes(name) && !known.includes(name)),
  )
  return { free, taken }
}

/** Packs members that only `shape` has a place for into the metadata of a value. */
export const carry = (value: JsonObject, shape: Shape, members: JsonObject): JsonObject => {
  const packed = defined(members)
  if (Object.keys(packed).length === 0) return value
  const { metadata } = value
  const holds = isJsonObject(metadata) && Object.keys(metadata).length > 0
  const before = holds ? metadata : {}
  const others = isJsonObject(before[CARRIED]) ? before[CARRIED] : {}
  // Metadata that is empty, or null, could not be told from metadata made here.
  const asItWas = holds || metadata === undefined ? {} : { metadata }
  return {
    ...value,
    metadata: { ...before, [CARRIED]: { ...others, [shape]: { ...packed, ...asItWas } } },
  }
}

/** Takes out what was carried for `shape`: the value without it, and the members. */
export const unpack = (value: JsonObject, shape: Shape): { value: JsonObject; carried: JsonObject } => {
  const { metadata } = value
  const packed = isJsonObject(metadata) ? metadata[CARRIED] : undefined
  if (!isJsonObject(metadata) || !isJsonObject(packed) || !isJsonObject(packed[shape]))
    return { value, carried: {} }
  const others = omit(packed, [shape])
  const rest = omit(metadata, [CARRIED])
  const left = Object.keys(others).length > 0 ? { ...rest, [CARRIED]: others } : rest
  const bare = omit(value, ['metadata'])
  return {
    value: Object.keys(left).length > 0 ? { ...bare, metadata: left } : bare,
    carried: packed[shape],
  }
}

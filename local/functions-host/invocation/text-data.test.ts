import { assert, json, oneof, property, string, stringMatching, uuid } from 'fast-check'
import { expect, test } from 'vitest'
import type { RpcTypedData } from '../worker/protocol.ts'
import { toTextData } from './text-data.ts'

/** What the library makes of trigger metadata (its `fromRpcTypedData`). */
const read = ({ string: text = '', json: value }: RpcTypedData): unknown => {
  if (value !== undefined) return JSON.parse(value)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const texts = oneof(string(), json(), uuid(), stringMatching(/^\s*(true|false|null|-?\d*\.?\d*e?\d*)\s*$/))

test('an app reads the same value as from the plain text', () => {
  const check = property(texts, (text) => {
    expect(read(toTextData(text))).toEqual(read({ string: text }))
  })
  assert(check)
})

test('names, ids and media types are not given as texts that fail to parse', () => {
  for (const text of [
    '',
    'order-1',
    'application/json',
    '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    'nullable',
  ]) {
    expect(toTextData(text)).toEqual({ json: JSON.stringify(text) })
  }
})

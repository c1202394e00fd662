import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { findApiKey } from './api-keys.ts'

const keyOf = (name: string, key: string): { name: string; hash: string; scopes: string[] } => ({
  name,
  hash: createHash('sha256').update(key).digest('hex'),
  scopes: ['*'],
})

const keys = [keyOf('first', 'one'), keyOf('second', 'two'), keyOf('again', 'two')]

test('a key is found by its text, the first of equal ones', () => {
  expect(findApiKey(keys, 'one')?.name).toBe('first')
  expect(findApiKey(keys, 'two')?.name).toBe('second')
})

test('anything else is not a key', () => {
  for (const presented of ['', 'three', 'ONE', keys[0]?.hash ?? ''])
    expect(findApiKey(keys, presented)).toBeUndefined()
  expect(findApiKey([], 'one')).toBeUndefined()
})

test('a malformed hash matches nothing', () => {
  expect(findApiKey([{ name: 'x', hash: '', scopes: [] }], '')).toBeUndefined()
})

import { expect, test } from 'vitest'
import { breaksLibrary } from './breaks-library.ts'

const query = (...values: string[]): string =>
  `/x?${values.map((value) => `Headers=${encodeURIComponent(value)}`).join('&')}`

test('headers that are none break it, in whatever case the name is written', () => {
  expect(breaksLibrary(query('{"a b":"c"}'))).toBe(true)
  expect(breaksLibrary(query('{"a":"line\\nbreak"}'))).toBe(true)
  expect(breaksLibrary(query('[1]'))).toBe(true)
  expect(breaksLibrary('/x?hEADERS=[1]')).toBe(true)
  expect(breaksLibrary(query('[1', '2]'))).toBe(true)
})

test('headers that only replace the real ones do not: the guard does not read them', () => {
  for (const value of ['{"authorization":"Bearer x"}', '[["a","b"]]', '1', 'text', '{', '']) {
    expect(breaksLibrary(query(value))).toBe(false)
  }
  expect(breaksLibrary('/x?header=[1]')).toBe(false)
  expect(breaksLibrary('/x')).toBe(false)
})

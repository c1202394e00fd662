import { expect, test } from 'vitest'
import { readBearer } from './bearer.ts'

test('the token is read, the scheme in any case', () => {
  expect(readBearer('Bearer abc.-_~+/=')).toBe('abc.-_~+/=')
  expect(readBearer('bearer  abc ')).toBe('abc')
})

test('without a header there is none', () => {
  expect(readBearer(null)).toBeUndefined()
})

test('any other form is refused', () => {
  for (const header of ['', 'Bearer', 'Basic YTpi', 'abc', 'Bearer a b', 'Bearer a,Bearer b']) {
    expect(() => readBearer(header)).toThrow(
      expect.objectContaining({ code: 'invalid_credentials', status: 401 }),
    )
  }
})

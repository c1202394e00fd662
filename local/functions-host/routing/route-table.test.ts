import { assert, property, stringMatching, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { parseRoute } from './parse-route.ts'
import { compareOrdinalIgnoreCase, createRouteTable } from './route-table.ts'

test('names are ordered by their upper-case code units, so that _ comes after letters', () => {
  const names = ['a_b', 'ab', 'A1', 'b', 'a-b', 'B2']
  expect(names.toSorted(compareOrdinalIgnoreCase)).toEqual(['a-b', 'A1', 'ab', 'a_b', 'b', 'B2'])
})

test('of several functions with the same path the first name wins, in whatever order they were registered', () => {
  const names = uniqueArray(stringMatching(/^[a-z][a-zA-Z0-9_-]{0,8}$/), {
    minLength: 1,
    selector: (name) => name.toUpperCase(),
  })
  assert(
    property(names, (functions) => {
      const table = createRouteTable(
        functions.map((functionName) => ({ functionName, methods: ['GET'], template: parseRoute('{any}') })),
      )
      const [first] = functions.toSorted(compareOrdinalIgnoreCase)
      expect(table.find('GET', '/x')?.entry.functionName).toBe(first)
      expect(table.find('POST', '/x')).toBeUndefined()
    }),
  )
})

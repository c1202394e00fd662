import { array, assert, boolean, constantFrom, property, string, stringMatching, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchRoute, splitPath } from './match-route.ts'
import { parseRoute } from './parse-route.ts'

const match = (route: string, path: string): Record<string, string> | undefined => {
  const values = matchRoute(parseRoute(route), splitPath(path))
  return values && Object.fromEntries(values)
}

describe('a route matches', () => {
  test.each([
    ['a/{b}/c', '/A/1/C', { b: '1' }],
    ['{a}.{b}', '/x.y.z', { a: 'x.y', b: 'z' }],
    ['{a}-{b}-{c}', '/1-2-3-4', { a: '1-2', b: '3', c: '4' }],
    ['v{major}.{minor}/x', '/v1.2/x', { major: '1', minor: '2' }],
    ['{id}:cancel', '/a:b:cancel', { id: 'a:b' }],
    ['pre{id}post', '/prepostpost', { id: 'post' }],
    ['{a=1}/{b=2}', '/', { a: '1', b: '2' }],
    ['{a}/{b?}', '/x', { a: 'x' }],
    ['{name}.{ext?}', '/readme', { name: 'readme' }],
    ['{**rest}', '/a/b/', { rest: 'a/b/' }],
    ['{*rest=all}', '/', { rest: 'all' }],
    ['{{literal}}/{a}', '/{literal}/1', { a: '1' }],
    ['{a:int?}', '/', {}],
    ['{a:range(1,5):int}', '/3', { a: '3' }],
    ['{a:regex(^\\d{{3}}$)}', '/123', { a: '123' }],
    ['{a:regex(a:b)}', '/xa:by', { a: 'xa:by' }],
    ['files/{name:file}', '/files/a.txt', { name: 'a.txt' }],
    ['{a:length(2,3)}', '/ab', { a: 'ab' }],
  ])('%s %s', (route, path, expected) => {
    expect(match(route, path)).toEqual(expected)
  })

  test.each([
    ['a/{b}', '/a'],
    ['a', '/a/b'],
    ['{id}:cancel', '/:cancel'],
    ['{id}:cancel', '/1:cancelled'],
    ['pre{id}', '/pre'],
    ['a{b}c', '/xab1c'],
    ['{a}/{b}', '/x//'],
    ['{name}.{ext?}', '/readme.'],
    ['{a:int}', '/2147483648'],
    ['{a:long}', '/9223372036854775808'],
    ['{a:guid}', '/0f8fad5b'],
    ['{a:bool}', '/yes'],
    ['{a:alpha}', '/a1'],
    ['{a:min(5)}', '/4'],
    ['{a:maxlength(2)}', '/abc'],
    ['{a:datetime}', '/someday'],
    ['{name:nonfile}', '/a.txt'],
    ['{*rest:required}', '/'],
  ])('not: %s %s', (route, path) => {
    expect(match(route, path)).toBeUndefined()
  })
})

describe('a route is refused', () => {
  test.each([
    ['{a}{b}', 'literal between'],
    ['{*a}/b', 'whole last segment'],
    ['x{*a}', 'whole last segment'],
    ['{a}/{A}', 'more than once'],
    ['{a', 'without its }'],
    ['a}', 'without its {'],
    ['a//b', 'segment between two slashes is empty'],
    ['{a:colour}', "'colour' could not be resolved"],
    ['{a:min(x)}', 'wrong argument'],
    ['{a:int(3)}', "'int' could not be resolved"],
    ['{a?}-b', 'must end its segment'],
    ['{*a?}', 'cannot be optional'],
    ['{}', 'parameter name'],
  ])('%s: %s', (route, message) => {
    expect(() => parseRoute(route)).toThrow(message)
  })
})

const literal = stringMatching(/^[a-z0-9_.~:-]{1,8}$/)
const value = string({ minLength: 1, maxLength: 12 }).filter(
  (text) => !/[\ud800-\udfff%/]/u.test(text) && encodeURIComponent(text) !== '',
)
const piece = tuple(boolean(), literal, value)

test('a path made from a route’s literals and any values gives these values back', () => {
  assert(
    property(array(piece, { minLength: 1, maxLength: 6 }), boolean(), (pieces, slash) => {
      const route = pieces.map(([isLiteral, text], index) => (isLiteral ? text : `{p${index}}`)).join('/')
      const path = pieces.map(([isLiteral, text, given]) => (isLiteral ? text : encodeURIComponent(given)))
      const expected = pieces.flatMap(([isLiteral, , given], index) =>
        isLiteral ? [] : [[`p${index}`, given]],
      )
      expect(match(route, `/${path.join('/')}${slash ? '/' : ''}`)).toEqual(Object.fromEntries(expected))
    }),
  )
})

test('a complex segment is cut at its rightmost separator, whatever stands around it', () => {
  const separator = constantFrom(':', '.', '--', '_x_')
  assert(
    property(separator, value, value, (text, left, right) => {
      const whole = left + text + right
      if (whole.toLowerCase().lastIndexOf(text, whole.length - text.length - 1) !== left.length) return
      const path = `/${encodeURIComponent(left)}${text}${encodeURIComponent(right)}`
      expect(match(`{a}${text}{b}`, path)).toEqual({ a: left, b: right })
    }),
  )
})

test('a catch-all takes every path below it, and no path throws', () => {
  assert(
    property(string(), (text) => {
      const path = `/base/${text}`
      expect(match('base/{*rest}', path)).toBeDefined()
    }),
  )
})

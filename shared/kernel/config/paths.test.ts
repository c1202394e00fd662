import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { existingPart, mergeSettings, readAt, removeAt, writeAt } from './paths.ts'

const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', '0', '1')
const path = fc.array(key, { minLength: 1, maxLength: 4 })

describe('a place in settings', () => {
  test('that was written can be read, and removed', () => {
    fc.assert(
      fc.property(path, (at) => {
        const root = {}
        writeAt(root, at, 'value')
        expect(readAt(root, at)).toBe('value')
        removeAt(root, at)
        expect(readAt(root, at)).not.toBe('value')
        expect(Object.getPrototypeOf({})).not.toHaveProperty('a')
      }),
    )
  })

  test('with a number in it makes a list', () => {
    const root = {}
    writeAt(root, ['keys', '0', 'name'], 'x')
    writeAt(root, ['keys', '1', 'name'], 'y')
    expect(root).toEqual({ keys: [{ name: 'x' }, { name: 'y' }] })
  })

  test('inside a value that has no places is not written', () => {
    const root = { a: 'text' }
    writeAt(root, ['a', 'b'], 1)
    expect(root).toEqual({ a: { b: 1 } })
  })

  test('is there as far as something stands on its way', () => {
    expect(existingPart({ a: { b: 1 } }, ['a', 'x', 'y'])).toEqual(['a'])
    expect(existingPart({}, ['a'])).toEqual([])
  })
})

describe('merging', () => {
  const tree = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(fc.nat(9), fc.array(fc.nat(9)), fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(9))),
  )

  test('with nothing changes nothing, and never the sources', () => {
    fc.assert(
      fc.property(tree, tree, (under, over) => {
        expect(mergeSettings(under, {})).toEqual(under)
        expect(mergeSettings({}, over)).toEqual(over)
        const before = structuredClone([under, over])
        mergeSettings(under, over)
        expect([under, over]).toEqual(before)
      }),
    )
  })

  test('goes into objects, replaces lists, and skips null', () => {
    const under = { a: { x: 1, y: 1 }, list: [1, 2], c: 1 }
    expect(mergeSettings(under, { a: { y: 2 }, list: [3], c: null, d: null })).toEqual({
      a: { x: 1, y: 2 },
      list: [3],
      c: 1,
    })
  })
})

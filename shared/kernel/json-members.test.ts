import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonElements, jsonMembers, jsonObject } from './json-members.ts'

test('a member is the very text that was written', () => {
  const text = ' { "id" : 8 ,"a": {"x":[1, 2 ,"}"]} , "n":12345678901234567890, "s" :"\\"]" } '
  expect([...jsonMembers(text)]).toEqual([
    ['id', '8'],
    ['a', '{"x":[1, 2 ,"}"]}'],
    ['n', '12345678901234567890'],
    ['s', '"\\"]"'],
  ])
})

test('of a key that comes twice the last counts, as for JSON.parse', () => {
  expect(jsonMembers('{"a":1,"a":2}').get('a')).toBe('2')
})

test('an object is written from texts, without what is undefined', () => {
  expect(
    jsonObject([
      ['a', '1.0'],
      ['b', undefined],
      ['c', '{ }'],
    ]),
  ).toBe('{"a":1.0,"c":{ }}')
})

test.each(['', '[]', 'null', '{', '{"a":1}x', '"a"'])('%j is no object', (text) => {
  expect(() => jsonMembers(text)).toThrow(SyntaxError)
})

test('a string ends at the first quote that is not escaped', () => {
  const pieces = fc.constantFrom('\\', '"', '\n', ',', '}', 'a')
  const strings = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(strings, strings, strings, (key, first, second) => {
      const texts = [first, second].map((value) => JSON.stringify(value))
      expect(jsonElements(`[${texts.join()}]`)).toEqual(texts)
      expect([...jsonMembers(`{${JSON.stringify(key)}:${texts[0]}}`)]).toEqual([[key, texts[0]]])
    }),
  )
})

test('the texts of any object mean what JSON.parse makes of them, however it is indented', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      const read = [...jsonMembers(text)].map(([key, member]) => [key, JSON.parse(member)])
      expect(Object.fromEntries(read)).toEqual(JSON.parse(text))
      expect(JSON.parse(jsonObject(jsonMembers(text)))).toEqual(JSON.parse(text))
    }),
  )
})

test('the texts of any array mean what JSON.parse makes of them', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      expect(jsonElements(text).map((element) => JSON.parse(element))).toEqual(JSON.parse(text))
    }),
  )
})

import { expect, test } from 'vitest'
import { signedTexts } from './signed-texts.ts'

const textsOf = (frame: string, bareTimeFirst?: boolean): string[] =>
  [...signedTexts(frame, bareTimeFirst)].map(({ text }) => text)

test('of a sender that signs times without their Z, those texts come first', () => {
  const frame = '{"timestamp":"tZ","a":1}'
  const [withZ, bare] = ['{"a":1,"timestamp":"tZ"}', '{"a":1,"timestamp":"t"}']
  expect(textsOf(frame)).toEqual([withZ, bare])
  expect(textsOf(frame, true)).toEqual([bare, withZ])
})

test('where the dialects agree and the time has no Z there is one text, without the signature', () => {
  expect(textsOf('{"timestamp":"t","signature":"s","a":null}')).toEqual(['{"a":null,"timestamp":"t"}'])
})

test('the four texts come in order, numbers as each dialect writes them', () => {
  expect(textsOf('{"timestamp":"tZ","n":1.0,"é":[-0,{"__proto__":1e2}]}')).toEqual([
    '{"n":1.0,"timestamp":"tZ","\\u00e9":[-0,{"__proto__":1e2}]}',
    '{"n":1,"timestamp":"tZ","é":[0,{"__proto__":100}]}',
    '{"n":1.0,"timestamp":"t","\\u00e9":[-0,{"__proto__":1e2}]}',
    '{"n":1,"timestamp":"t","é":[0,{"__proto__":100}]}',
  ])
})

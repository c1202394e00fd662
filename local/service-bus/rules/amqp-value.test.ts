import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readValue, typed, writeValues, type Typed } from '../amqp/rhea.ts'
import { toRuleValue, toTyped } from './amqp-value.ts'
import type { RuleValue } from './rule.ts'

const again = (value: Typed): Typed => readValue(writeValues(value))
const bytes = (hex: string): Typed => readValue(Buffer.from(hex, 'hex'))

describe('toRuleValue', () => {
  test.each<[string, string, RuleValue]>([
    ['null', '40', null],
    ['boolean true', '41', true],
    ['boolean of one byte', '5600', false],
    ['ubyte', '50ff', 255n],
    ['ushort', '60ffff', 65_535n],
    ['uint', '70ffffffff', 4_294_967_295n],
    ['small uint', '5207', 7n],
    ['uint 0', '43', 0n],
    ['ulong', '80ffffffffffffffff', 18_446_744_073_709_551_615n],
    ['ulong 0', '44', 0n],
    ['byte', '51ff', -1n],
    ['short', '61fffe', -2n],
    ['int', '71fffffffd', -3n],
    ['small int', '54fc', -4n],
    ['long', '817fffffffffffffff', 9_223_372_036_854_775_807n],
    ['negative long', '81fffffffffffffffb', -5n],
    ['small long', '55fa', -6n],
    ['float', '723fc00000', 1.5],
    ['double', '82c004000000000000', -2.5],
    ['char', '730001f600', '😀'],
    ['timestamp', '8300000000000003e8', new Date(1_000)],
    ['uuid', '9800112233445566778899aabbccddeeff', { guid: '00112233-4455-6677-8899-aabbccddeeff' }],
    ['string', 'a10568656c6c6f', 'hello'],
    ['symbol', 'a3026869', 'hi'],
    ['list', '45', null],
  ])('reads %s', (_name, hex, value) => {
    expect(toRuleValue(bytes(hex))).toEqual(value)
  })

  test('reads binary and the time types of .NET', () => {
    expect(toRuleValue(typed.binary(Buffer.from('ab')))).toEqual(Buffer.from('ab'))
    expect(toRuleValue(again(toTyped({ milliseconds: 1_500 })))).toEqual({ milliseconds: 1_500 })
  })
})

describe('toTyped', () => {
  test('writes every kind of value so that it reads back as the same', () => {
    const values = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.string(),
      fc.string({ minLength: 256, maxLength: 300 }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double({ noNaN: true }),
      fc.date({ min: new Date(0), noInvalidDate: true }),
      fc.uuid().map((guid) => ({ guid })),
      fc.integer().map((milliseconds) => ({ milliseconds })),
      fc.uint8Array().map((array) => Buffer.from(array)),
    )
    fc.assert(
      fc.property(values, (value) => {
        expect(toRuleValue(again(toTyped(value)))).toEqual(value)
      }),
    )
  })

  test('keeps the numeric type of the property it replaces where the value fits', () => {
    expect(toTyped(4n, typed.int(1_000)).type.name).toBe('Int')
    expect(toTyped(4n, bytes('50ff')).type.name).toBe('Ubyte')
    expect(toTyped(300n, bytes('50ff')).type.name).toBe('Long')
    expect(toTyped(-1n, bytes('50ff')).type.name).toBe('Long')
    expect(toTyped(4n, bytes('82c004000000000000')).type.name).toBe('Double')
    expect(toTyped(4n, typed.string('x')).type.name).toBe('Long')
    expect(toTyped(4n).type.name).toBe('Long')
    expect(toTyped(0.5, typed.int(1)).type.name).toBe('Double')
  })
})

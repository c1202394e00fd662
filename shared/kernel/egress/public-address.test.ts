import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPublicAddress } from './public-address.ts'

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '168.63.129.16',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fe80::1%eth0',
  'fd00::1',
  'ff02::1',
  '2001:db8::1',
  'localhost',
  '',
])('%s is not', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

/** First and last address of what is not public. */
const RANGES: ReadonlyArray<readonly [number, number]> = [
  [0x00_00_00_00, 0x00_ff_ff_ff],
  [0x0a_00_00_00, 0x0a_ff_ff_ff],
  [0x64_40_00_00, 0x64_7f_ff_ff],
  [0x7f_00_00_00, 0x7f_ff_ff_ff],
  [0xa8_3f_81_10, 0xa8_3f_81_10],
  [0xa9_fe_00_00, 0xa9_fe_ff_ff],
  [0xac_10_00_00, 0xac_1f_ff_ff],
  [0xc0_00_00_00, 0xc0_00_00_ff],
  [0xc0_00_02_00, 0xc0_00_02_ff],
  [0xc0_58_63_00, 0xc0_58_63_ff],
  [0xc0_a8_00_00, 0xc0_a8_ff_ff],
  [0xc6_12_00_00, 0xc6_13_ff_ff],
  [0xc6_33_64_00, 0xc6_33_64_ff],
  [0xcb_00_71_00, 0xcb_00_71_ff],
  [0xe0_00_00_00, 0xff_ff_ff_ff],
]

const blocked = fc.constantFrom(...RANGES).chain(([min, max]) => fc.integer({ min, max }))

const bytesOf = (number: number): number[] => [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff)
const hex = (number: number): string => number.toString(16)
const octal = (number: number): string => `0${number.toString(8)}`

/** The ways to write an IPv4 address as the host of a URL. */
const notationsOf = (number: number): string[] => {
  const bytes = bytesOf(number)
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const dotted = bytes.join('.')
  const words = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`
  return [
    dotted,
    `${dotted}.`,
    String(number),
    `0x${hex(number)}`,
    octal(number),
    bytes.map(octal).join('.'),
    bytes.map((byte) => `0X${hex(byte)}`).join('.'),
    `${a}.${number % 0x1_00_00_00}`,
    `${octal(a)}.0x${hex(b)}.${c * 256 + d}`,
    encodeURIComponent(dotted).replaceAll('.', '%2e'),
    [...dotted]
      .map((digit) => (digit === '.' ? '\u3002' : String.fromCodePoint(0xff_10 + Number(digit))))
      .join(''),
    `[::ffff:${dotted}]`,
    `[0:0:0:0:0:FFFF:${words}]`,
    `[::${words}]`,
    `[64:ff9b::${dotted}]`,
    `[64:ff9b:1::${words}]`,
    `[2002:${words}::1]`,
    `[2001:0:${words}::1]`,
  ]
}

test('no notation of an address that is not public becomes a public one', () => {
  fc.assert(
    fc.property(blocked, (number) => {
      for (const notation of notationsOf(number)) {
        const { hostname } = new URL(`http://${notation}/`)
        expect([notation, isPublicAddress(hostname.replace(/^\[|\]$/g, ''))]).toEqual([notation, false])
      }
    }),
  )
})

test('of IPv6 nothing outside of global unicast is public', () => {
  const outside = fc.integer({ min: 0, max: 0xff_ff }).filter((first) => first >>> 13 !== 1)
  const rest = fc.array(fc.integer({ min: 0, max: 0xff_ff }), { minLength: 7, maxLength: 7 })
  fc.assert(
    fc.property(outside, rest, (first, words) => {
      expect(isPublicAddress([first, ...words].map(hex).join(':'))).toBe(false)
    }),
  )
})

import { readValue, type Typed } from '../amqp/rhea.ts'
import { RuleEvaluationError, type RuleValue } from './rule.ts'
import { isGuid, isNumeric, isTimeSpan, kindOf, type KnownValue } from './values.ts'

/** .NET counts 100 ns; a DateTime from year 1. */
const TICKS_PER_MS = 10_000
const EPOCH_MS_SINCE_YEAR_1 = 62_135_596_800_000

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide: described types of .NET. */
const TIME_SPAN = 'com.microsoft:timespan'
const DATE_TIME_OFFSET = 'com.microsoft:datetime-offset'

const INTEGERS =
  /^(?:Ubyte|Ushort|Uint|SmallUint|Uint0|Ulong|SmallUlong|Ulong0|Byte|Short|Int|SmallInt|Long|SmallLong)$/

const toInteger = (name: string, value: unknown): bigint => {
  if (!Buffer.isBuffer(value)) return BigInt(Number(value))
  return name === 'Ulong' ? value.readBigUInt64BE() : value.readBigInt64BE()
}

const toGuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const describedValue = (descriptor: unknown, value: RuleValue): RuleValue => {
  if (typeof value !== 'bigint') return value
  const milliseconds = Number(value) / TICKS_PER_MS
  if (descriptor === TIME_SPAN) return { milliseconds }
  return descriptor === DATE_TIME_OFFSET ? new Date(milliseconds - EPOCH_MS_SINCE_YEAR_1) : value
}

const simpleValue = (name: string, value: unknown): RuleValue => {
  if (INTEGERS.test(name)) return toInteger(name, value)
  if (name === 'Boolean') return Boolean(value)
  if (name === 'CharUTF32') return String.fromCodePoint(Number(value))
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (value instanceof Date) return value
  if (!Buffer.isBuffer(value)) return null
  return name === 'Uuid' ? { guid: toGuidText(value) } : value
}

/** The value of an application property as rules see it; what SQL has no notion of (lists, maps) is NULL. */
export const toRuleValue = ({ type, value, descriptor }: Typed): RuleValue => {
  const simple = simpleValue(type.name, value)
  return descriptor === undefined ? simple : describedValue(descriptor.value, simple)
}

/** How an integer of a type is written: its constructor, width and range. */
const INTEGER_TYPES: ReadonlyArray<{ names: string[]; code: number; bits: number; signed: boolean }> = [
  { names: ['Ubyte'], code: 0x50, bits: 8, signed: false },
  { names: ['Ushort'], code: 0x60, bits: 16, signed: false },
  { names: ['Uint', 'SmallUint', 'Uint0'], code: 0x70, bits: 32, signed: false },
  { names: ['Ulong', 'SmallUlong', 'Ulong0'], code: 0x80, bits: 64, signed: false },
  { names: ['Byte'], code: 0x51, bits: 8, signed: true },
  { names: ['Short'], code: 0x61, bits: 16, signed: true },
  { names: ['Int', 'SmallInt'], code: 0x71, bits: 32, signed: true },
]

/** The last bytes of a 64-bit integer behind the constructor of its type. */
const integerBytes = (code: number, value: bigint, bits: number): Buffer => {
  const wide = Buffer.alloc(8)
  wide.writeBigInt64BE(BigInt.asIntN(64, value))
  return Buffer.concat([Buffer.from([code]), wide.subarray(8 - bits / 8)])
}

const encodeInteger = (value: bigint, like: string | undefined): Buffer => {
  if (like === 'Double') return encodeDouble(Number(value))
  const type = INTEGER_TYPES.find(({ names }) => like !== undefined && names.includes(like))
  const fits =
    type !== undefined &&
    (type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value)) === value
  return fits ? integerBytes(type.code, value, type.bits) : integerBytes(0x81, value, 64)
}

const encodeDouble = (value: number): Buffer => {
  const bytes = Buffer.alloc(9, 0x82)
  bytes.writeDoubleBE(value, 1)
  return bytes
}

const encodeText = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([lengthHead(bytes.length, 0xa1), bytes])
}

/** The constructor of a variable-width type with a length of 1 byte, or of 4 (its code is 0x10 higher). */
const lengthHead = (length: number, code: number): Buffer => {
  if (length < 256) return Buffer.from([code, length])
  const head = Buffer.alloc(5, code + 0x10)
  head.writeUInt32BE(length, 1)
  return head
}

const encodeTimeSpan = (milliseconds: number): Buffer =>
  Buffer.concat([
    Buffer.from([0x00, 0xa3, TIME_SPAN.length]),
    Buffer.from(TIME_SPAN, 'ascii'),
    integerBytes(0x81, BigInt(Math.round(milliseconds * TICKS_PER_MS)), 64),
  ])

const encode = (value: KnownValue, like: string | undefined): Buffer => {
  if (typeof value === 'string') return encodeText(value)
  if (typeof value === 'boolean') return Buffer.from([value ? 0x41 : 0x42])
  if (isNumeric(value)) return typeof value === 'bigint' ? encodeInteger(value, like) : encodeDouble(value)
  if (value instanceof Date) return integerBytes(0x83, BigInt(value.getTime()), 64)
  if (isGuid(value))
    return Buffer.concat([Buffer.from([0x98]), Buffer.from(value.guid.replaceAll('-', ''), 'hex')])
  if (isTimeSpan(value)) return encodeTimeSpan(value.milliseconds)
  if (value instanceof Uint8Array) return Buffer.concat([lengthHead(value.length, 0xa0), value])
  throw new RuleEvaluationError(`${kindOf(value)} cannot be stored in an application property.`)
}

/**
 * The AMQP value of what an action computed. Integers become `long` and fractions `double`, unless the property that is
 * replaced (`like`) has another numeric type that holds the value: the documented "implicit conversion" of SET.
 */
export const toTyped = (value: RuleValue, like?: Typed): Typed =>
  readValue(value === null ? Buffer.from([0x40]) : encode(value, like?.type.name))

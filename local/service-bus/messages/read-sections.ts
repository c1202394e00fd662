import { readValue } from '../amqp/rhea.ts'

/** https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-messaging-v1.0-os.html 3.2: descriptors of the sections. */
export const SECTION = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  footer: 0x78,
} as const

/** A section in a message: `start` is its first byte (the descriptor), `value` where its value begins. */
export type SectionPosition = { code: number; start: number; value: number; end: number }

const DESCRIBED = 0x00
const SMALL_ULONG = 0x53

/** Bytes after the constructor, by the upper half of the type code (part 1.2 of the specification). */
const FIXED_WIDTHS: Readonly<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 }

/** Upper half of the type codes from which on a size stands before the value. */
const SMALLEST_VARIABLE = 0xa

/** Where the value that begins at `offset` ends, without decoding it. */
const skipValue = (bytes: Buffer, offset: number): number => {
  const code = bytes.readUInt8(offset)
  if (code === DESCRIBED) return skipValue(bytes, skipValue(bytes, offset + 1))
  const category = code >> 4
  const fixed = FIXED_WIDTHS[category]
  if (fixed !== undefined) return offset + 1 + fixed
  if (category < SMALLEST_VARIABLE) throw new TypeError(`AMQP has no type with code ${code}.`)
  return category % 2 === 0
    ? offset + 2 + bytes.readUInt8(offset + 1)
    : offset + 5 + bytes.readUInt32BE(offset + 1)
}

/**
 * The sections of an encoded message, in order.
 * @throws RangeError or TypeError when the bytes are not an AMQP message.
 */
export const readSections = (bytes: Buffer): SectionPosition[] => {
  const sections: SectionPosition[] = []
  for (let start = 0; start < bytes.length;) {
    if (bytes[start] !== DESCRIBED)
      throw new TypeError('The bytes are not an AMQP message: a section must be described.')
    const short = bytes[start + 1] === SMALL_ULONG
    const value = short ? start + 3 : skipValue(bytes, start + 1)
    const code = short
      ? bytes.readUInt8(start + 2)
      : Number(readValue(bytes.subarray(start + 1, value)).value)
    const end = skipValue(bytes, value)
    if (end > bytes.length) throw new RangeError('The AMQP message is cut off in the middle of a section.')
    sections.push({ code, start, value, end })
    start = end
  }
  return sections
}

import { createRequire } from 'node:module'
import type { Typed as RheaTyped } from 'rhea'

/**
 * The only file that touches rhea. The broker takes its AMQP 1.0 codec (values and performatives), not its connection
 * and link machines: those buffer 2,048 deliveries per session and free one only when the peer settles it, walk over all
 * sessions for every write, and attach links by themselves. `assertCodec` fails at start when an update of rhea moved what we use.
 */
const require = createRequire(import.meta.url)

type TypedValue = {
  readonly type: { readonly name: string; readonly typecode: number }
  readonly value: unknown
  readonly descriptor?: { readonly value: unknown }
}

type Writer = {
  position: number
  write(value: TypedValue): void
  toBuffer(): Buffer
}
type Reader = { position: number; read(): TypedValue; remaining(): number }
type Create = (value: unknown, code?: number) => TypedValue

type RheaTypes = Record<
  | 'wrap'
  | 'wrap_boolean'
  | 'wrap_int'
  | 'wrap_uint'
  | 'wrap_ulong'
  | 'wrap_long'
  | 'wrap_timestamp'
  | 'wrap_uuid'
  | 'wrap_binary'
  | 'wrap_string'
  | 'wrap_symbol'
  | 'Null'
  | 'Map32'
  | 'List32'
  | 'Array32',
  Create
> & {
  Writer: new (buffer: Buffer) => Writer
  Reader: new (buffer: Buffer) => Reader
  unwrap(value: unknown, leaveDescribed: boolean): unknown
  described(descriptor: TypedValue, value: TypedValue): TypedValue
}

type Composite = { described(): TypedValue; constructor: { descriptor: { numeric: number } } }
type ReadFrame = { type: number; channel: number; performative?: Composite; payload?: Buffer }
type RheaFrames = Record<string, (fields: object) => Composite> & {
  read_frame(bytes: Buffer): ReadFrame | null
}
type RheaTerminus = Record<'source' | 'target', (fields: object) => Composite> & {
  unwrap(field: unknown): unknown
}

const types: RheaTypes = require('rhea').types
const frames: RheaFrames = require('rhea/lib/frames.js')
const terminus: RheaTerminus = require('rhea/lib/terminus.js')

/** An AMQP value with its exact type, as it was read or as it will be written. */
export type Typed = TypedValue & Partial<Pick<RheaTyped, 'array_constructor'>>

const UUID = 0x98
const TIMESTAMP = 0x83
const LONG = 0x81

/** Makes typed values. Numbers beyond 2^53 are 8-byte buffers. */
export const typed = {
  /** By rhea's own rules: string, boolean, number (uint, int, ulong, double), Date, Buffer, list, map. */
  any: (value: unknown): Typed => types.wrap(value),
  nothing: (): Typed => types.Null(undefined),
  boolean: (value: boolean): Typed => types.wrap_boolean(value),
  int: (value: number): Typed => types.wrap_int(value),
  uint: (value: number): Typed => types.wrap_uint(value),
  ulong: (value: number): Typed => types.wrap_ulong(value),
  long: (value: number | Buffer): Typed => types.wrap_long(value),
  timestamp: (ms: number): Typed => types.wrap_timestamp(ms),
  uuid: (bytes: Buffer): Typed => types.wrap_uuid(bytes),
  binary: (bytes: Buffer): Typed => types.wrap_binary(bytes),
  string: (text: string): Typed => types.wrap_string(text),
  symbol: (text: string): Typed => types.wrap_symbol(text),
  list: (items: readonly Typed[]): Typed => types.List32(items),
  map: (entries: Iterable<readonly [Typed, Typed]>): Typed => types.Map32([...entries].flat()),
  uuids: (items: readonly Buffer[]): Typed => types.Array32(items, UUID),
  timestamps: (items: readonly number[]): Typed => types.Array32(items, TIMESTAMP),
  longs: (items: readonly number[]): Typed => types.Array32(items, LONG),
  described: (code: number, value: Typed): Typed => types.described(types.wrap_ulong(code), value),
}

/** The plain value: strings, numbers, Dates, Buffers, arrays, objects; described values inside stay typed. */
export const plain = (value: Typed | undefined): unknown =>
  value === undefined ? undefined : types.unwrap(value, true)

/** @throws RangeError or TypeError when the bytes are not AMQP. */
export const readValue = (bytes: Buffer): Typed => new types.Reader(bytes).read()

export const writeValues = (...values: readonly Typed[]): Buffer => {
  const writer = new types.Writer(Buffer.allocUnsafe(512))
  for (const value of values) writer.write(value)
  return writer.toBuffer()
}

const KINDS = new Map([
  [0x10, 'open'],
  [0x11, 'begin'],
  [0x12, 'attach'],
  [0x13, 'flow'],
  [0x14, 'transfer'],
  [0x15, 'disposition'],
  [0x16, 'detach'],
  [0x17, 'end'],
  [0x18, 'close'],
  [0x41, 'sasl_init'],
])

/** A decoded frame. `fields` has the names of the specification with underscores; `kind` is absent in an empty frame. */
export type RawFrame = { channel: number; kind?: string; fields?: unknown; payload?: Buffer }

/** @throws ProtocolError, RangeError or TypeError when the bytes are not a frame. */
export const readFrame = (bytes: Buffer): RawFrame => {
  const frame = frames.read_frame(bytes)
  if (frame === null) throw new RangeError('The frame is shorter than its size field says.')
  if (frame.performative === undefined) return { channel: frame.channel }
  const kind = KINDS.get(frame.performative.constructor.descriptor?.numeric)
  if (kind === undefined) throw new TypeError('The frame has a performative that AMQP 1.0 does not know.')
  return {
    channel: frame.channel,
    kind,
    fields: frame.performative,
    ...(frame.payload && { payload: frame.payload }),
  }
}

export type FrameType = 'amqp' | 'sasl'

/** Frame header and performative; the payload, `payloadBytes` long, is written behind it by the caller. */
export const writeFrame = (
  frame: { type: FrameType; channel: number; kind: string; fields: object },
  payloadBytes: number,
): Buffer => {
  const create = frames[frame.kind]
  if (create === undefined) throw new TypeError(`rhea has no performative ${frame.kind}.`)
  const writer = new types.Writer(Buffer.allocUnsafe(512))
  writer.position = 8
  writer.write(create(frame.fields).described())
  const bytes = writer.toBuffer()
  bytes.writeUInt32BE(bytes.length + payloadBytes, 0)
  bytes[4] = 2
  bytes[5] = frame.type === 'amqp' ? 0 : 1
  bytes.writeUInt16BE(frame.channel, 6)
  return bytes
}

/** A source or target as it stands in an attach; undefined when it is null. */
export const readTerminus = (field: unknown): unknown => terminus.unwrap(field) ?? undefined

export const writeTerminus = (kind: 'source' | 'target', fields: object): Typed =>
  terminus[kind](fields).described()

/** Checks at start that rhea's codec is the one this file was written for. */
export const assertCodec = (): void => {
  const attach = writeFrame(
    {
      type: 'amqp',
      channel: 1,
      kind: 'attach',
      fields: { name: 'n', handle: 0, role: true, source: writeTerminus('source', { address: 'a' }) },
    },
    0,
  )
  const frame = readFrame(attach)
  const fields = frame.fields as { name?: unknown; source?: unknown } | undefined
  const source = readTerminus(fields?.source) as { address?: unknown } | undefined
  const long = readValue(writeValues(typed.long(2 ** 40)))
  if (frame.kind !== 'attach' || fields?.name !== 'n' || source?.address !== 'a' || long.value !== 2 ** 40) {
    throw new Error('The installed rhea does not encode AMQP as this broker expects. Install rhea 3.0.5.')
  }
}

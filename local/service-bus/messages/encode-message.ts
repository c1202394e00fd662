import { type Typed, typed, writeValues } from '../amqp/rhea.ts'
import type { Content } from './content.ts'

/** What the broker adds to a content when a client sees it. Times are milliseconds since the epoch. */
export type Stamps = {
  sequence: number
  enqueuedSequence: number
  enqueuedAt: number
  deliveryCount: number
  state: 'active' | 'deferred' | 'scheduled'
  /** The time to live that counts here; undefined: for ever. */
  ttlMs: number | undefined
  lockedUntil?: number
  deadLetterSource?: string | undefined
}

const STATE = { active: 0, deferred: 1, scheduled: 2 } as const
const MAX_UINT = 0xffffffff

const HEADER_START = Buffer.from([0x00, 0x53, 0x70, 0xc0])
const ANNOTATIONS_START = Buffer.from([0x00, 0x53, 0x72, 0xd1])
const ANNOTATIONS_HEAD_BYTES = ANNOTATIONS_START.length + 8
/** All annotations of the broker but the dead-letter source fit into this. */
const STAMP_BYTES = 320

const key = (name: string): Buffer => Buffer.from([0xa3, name.length, ...Buffer.from(name)])
const KEYS = {
  sequence: key('x-opt-sequence-number'),
  enqueuedAt: key('x-opt-enqueued-time'),
  enqueuedSequence: key('x-opt-enqueue-sequence-number'),
  lockedUntil: key('x-opt-locked-until'),
  state: key('x-opt-message-state'),
}

const encodeHeader = (content: Content, stamps: Stamps): Buffer => {
  const header = Buffer.alloc(24)
  HEADER_START.copy(header)
  header[5] = 5
  header[6] = content.durable ? 0x41 : 0x42
  let end = 7
  if (content.priority === undefined) header[end++] = 0x40
  else {
    header[end++] = 0x50
    header[end++] = content.priority
  }
  if (stamps.ttlMs === undefined) header[end++] = 0x40
  else {
    header[end++] = 0x70
    end = header.writeUInt32BE(Math.min(stamps.ttlMs, MAX_UINT), end)
  }
  header[end++] = 0x40
  header[end++] = 0x70
  end = header.writeUInt32BE(stamps.deliveryCount, end)
  header[4] = end - 5
  return header.subarray(0, end)
}

/** 0x81 is long, 0x83 timestamp. */
const write64 = (
  target: Buffer,
  offset: number,
  entry: { key: Buffer; type: 0x81 | 0x83; value: number },
): number => {
  let end = offset + entry.key.copy(target, offset)
  target[end++] = entry.type
  end = target.writeInt32BE(Math.floor(entry.value / 2 ** 32), end)
  return target.writeUInt32BE(entry.value % 2 ** 32, end)
}

const symbolPairs = (entries: Iterable<readonly [string, Typed]>): Buffer =>
  writeValues(...[...entries].flatMap(([name, value]) => [typed.symbol(name), value]))

const encodeAnnotations = (content: Content, stamps: Stamps): Buffer => {
  const extra = new Map(content.annotations)
  if (stamps.deadLetterSource !== undefined) {
    extra.set('x-opt-deadletter-source', typed.string(stamps.deadLetterSource))
  }
  const others = extra.size === 0 ? Buffer.alloc(0) : symbolPairs(extra)
  const bytes = Buffer.allocUnsafe(STAMP_BYTES + others.length)
  let end = ANNOTATIONS_HEAD_BYTES
  end = write64(bytes, end, { key: KEYS.sequence, type: 0x81, value: stamps.sequence })
  end = write64(bytes, end, { key: KEYS.enqueuedAt, type: 0x83, value: stamps.enqueuedAt })
  end = write64(bytes, end, { key: KEYS.enqueuedSequence, type: 0x81, value: stamps.enqueuedSequence })
  let count = 4
  if (stamps.lockedUntil !== undefined) {
    end = write64(bytes, end, { key: KEYS.lockedUntil, type: 0x83, value: stamps.lockedUntil })
    count++
  }
  end += KEYS.state.copy(bytes, end)
  bytes[end++] = 0x71
  end = bytes.writeInt32BE(STATE[stamps.state], end)
  end += others.copy(bytes, end)
  ANNOTATIONS_START.copy(bytes)
  bytes.writeUInt32BE(end - ANNOTATIONS_START.length - 4, ANNOTATIONS_START.length)
  bytes.writeUInt32BE(2 * (count + extra.size), ANNOTATIONS_START.length + 4)
  return bytes.subarray(0, end)
}

/** The encoded message as a receiver gets it. */
export const encodeMessage = (content: Content, stamps: Stamps): Buffer =>
  Buffer.concat([encodeHeader(content, stamps), encodeAnnotations(content, stamps), content.tail])

/** The encoded message as it was sent: `readContent` makes the same content of it. */
export const encodeContent = (content: Content): Buffer => {
  const header = typed.described(
    0x70,
    typed.list([
      typed.boolean(content.durable),
      content.priority === undefined ? typed.nothing() : typed.any(content.priority),
      content.ttlMs === undefined ? typed.nothing() : typed.uint(content.ttlMs),
    ]),
  )
  const pairs = [...content.annotations].map(([name, value]) => [typed.symbol(name), value] as const)
  const annotations = typed.described(0x72, typed.map(pairs))
  return Buffer.concat([writeValues(header), writeValues(annotations), content.tail])
}

import { crc32 } from 'node:zlib'
import type { JournalRecord } from './journal.ts'

/**
 * A record on disk:
 * `u32 length of data | u32 length of body + 1, 0 without body | u32 CRC of data and body | u32 CRC of these 12 bytes`,
 * then the data as JSON, then the body. The header has a CRC of its own, so that a damaged length cannot pass for a
 * record that was cut off by a crash.
 */
export const HEADER_BYTES = 16

export type FrameHeader = { dataBytes: number; bodyBytes: number; hasBody: boolean; checksum: number }

export const encodeFrame = ({ data, body }: JournalRecord): Buffer[] => {
  const json = Buffer.from(JSON.stringify(data), 'utf8')
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  header.writeUInt32BE(json.length, 0)
  header.writeUInt32BE(body === undefined ? 0 : body.byteLength + 1, 4)
  header.writeUInt32BE(body === undefined ? crc32(json) : crc32(body, crc32(json)), 8)
  header.writeUInt32BE(crc32(header.subarray(0, 12)), 12)
  return body === undefined
    ? [header, json]
    : [header, json, Buffer.from(body.buffer, body.byteOffset, body.byteLength)]
}

/** The header of a frame, or undefined when its own checksum is wrong. */
export const decodeHeader = (bytes: Buffer): FrameHeader | undefined => {
  if (crc32(bytes.subarray(0, 12)) !== bytes.readUInt32BE(12)) return undefined
  const body = bytes.readUInt32BE(4)
  return {
    dataBytes: bytes.readUInt32BE(0),
    bodyBytes: Math.max(0, body - 1),
    hasBody: body > 0,
    checksum: bytes.readUInt32BE(8),
  }
}

/** The record in the bytes behind a header, or undefined when their checksum is wrong. Copies the body. */
export const decodePayload = (header: FrameHeader, bytes: Buffer): JournalRecord | undefined => {
  if (crc32(bytes) !== header.checksum) return undefined
  const data: unknown = JSON.parse(bytes.toString('utf8', 0, header.dataBytes))
  return header.hasBody ? { data, body: Buffer.from(bytes.subarray(header.dataBytes)) } : { data }
}

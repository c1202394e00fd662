import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { UsageError } from '../../service/run.ts'
import { decodeHeader, decodePayload, HEADER_BYTES } from './frame.ts'
import type { JournalRecord } from './journal.ts'
import { READ_WINDOW_BYTES } from './limits.ts'

/** Reads ranges of a file through a window that moves forward. */
const createWindow = (file: number): ((from: number, bytes: number) => Buffer) => {
  let window = Buffer.alloc(0)
  let start = 0
  return (from, bytes) => {
    if (from < start || from + bytes > start + window.length) {
      const target = Buffer.allocUnsafe(Math.max(bytes, READ_WINDOW_BYTES))
      window = target.subarray(0, readSync(file, target, 0, target.length, from))
      start = from
    }
    return window.subarray(from - start, from - start + bytes)
  }
}

const corrupt = (path: string, at: number): UsageError =>
  new UsageError(
    `${path} is damaged at byte ${at}. Restore the directory from a copy, or delete it to start with empty entities.`,
  )

/**
 * Gives every record of a file to `take`, in order.
 * @returns the length of the intact part in bytes: less than the file's when its last record was cut off by a crash.
 * @throws UsageError that names file and byte when a record is damaged that is not the last.
 */
export const readFrames = (path: string, take: (record: JournalRecord) => void): number => {
  const file = openSync(path, 'r')
  try {
    return scan({ path, size: fstatSync(file).size, read: createWindow(file) }, take)
  } finally {
    closeSync(file)
  }
}

/** As {@link readFrames}, for a file that was finished: nothing of it may be missing. */
export const readWholeFrames = (path: string, take: (record: JournalRecord) => void): void => {
  const intact = readFrames(path, take)
  if (intact < statSync(path).size) throw corrupt(path, intact)
}

type Source = { path: string; size: number; read: (from: number, bytes: number) => Buffer }

const scan = ({ path, size, read }: Source, take: (record: JournalRecord) => void): number => {
  let at = 0
  while (at + HEADER_BYTES <= size) {
    const bytes = read(at, HEADER_BYTES)
    const header = decodeHeader(bytes)
    if (header === undefined) {
      if (isBlank(read, at, size)) return at
      throw corrupt(path, at)
    }
    const payload = at + HEADER_BYTES
    const end = payload + header.dataBytes + header.bodyBytes
    if (end > size) return at
    const record = decodePayload(header, read(payload, end - payload))
    if (record === undefined) {
      // After a loss of power the length of a file can be ahead of its bytes; only the last record can be hit.
      if (end === size) return at
      throw corrupt(path, at)
    }
    take(record)
    at = end
  }
  return at
}

/** True when only zeros follow: what a file system leaves when power was lost while the file grew. */
const isBlank = (read: (from: number, bytes: number) => Buffer, at: number, size: number): boolean => {
  for (let from = at; from < size; from += READ_WINDOW_BYTES) {
    if (read(from, Math.min(READ_WINDOW_BYTES, size - from)).some((byte) => byte !== 0)) return false
  }
  return true
}

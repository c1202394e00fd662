import { MAX_INPUT_FRAME_BYTES } from './limits.ts'

const HEADER_BYTES = 8
const SIZE_BYTES = 4

/** What a stream of bytes is cut into. */
export type StreamListener = {
  /** A protocol header (`AMQP` and four numbers) is expected, not a frame. */
  expectsHeader(): boolean
  onHeader(header: Buffer): void
  onFrame(frame: Buffer): void
}

/**
 * Cuts what a socket delivers into protocol headers and whole frames. A frame that arrives in many chunks is put together
 * once, when it is complete.
 * @throws RangeError when a frame says a size that cannot be.
 */
export const createStreamSplitter = (listener: StreamListener): ((chunk: Buffer) => void) => {
  let chunks: Buffer[] = []
  let buffered = 0
  let needed = 0

  const needs = (bytes: Buffer): number => {
    if (listener.expectsHeader()) return HEADER_BYTES
    if (bytes.length < SIZE_BYTES) return SIZE_BYTES
    const size = bytes.readUInt32BE(0)
    if (size < HEADER_BYTES || size > MAX_INPUT_FRAME_BYTES) {
      throw new RangeError(
        `A frame of ${size} bytes: the peer does not speak AMQP 1.0, or ignores max-frame-size.`,
      )
    }
    return size
  }

  return (chunk) => {
    chunks.push(chunk)
    buffered += chunk.length
    if (buffered < needed) return
    let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks, buffered)
    needed = needs(bytes)
    while (bytes.length >= needed) {
      if (listener.expectsHeader()) listener.onHeader(bytes.subarray(0, needed))
      else if (needed === SIZE_BYTES) {
        needed = needs(bytes)
        continue
      } else listener.onFrame(bytes.subarray(0, needed))
      bytes = bytes.subarray(needed)
      needed = needs(bytes)
    }
    chunks = bytes.length > 0 ? [bytes] : []
    buffered = bytes.length
  }
}

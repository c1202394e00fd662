import type { AppendRequest } from './append.ts'

/** An entity-group transaction has 100 entities: the state, the producer key, and at most a row for each event. */
const MAX_EVENTS = 98

/** An entity-group transaction has 4 MiB; a part of it goes to keys and properties. */
const MAX_BYTES = 3 * 1024 * 1024

/**
 * Appends in parts that one transaction can hold.
 * @param maxInlineBytes bodies above it lie in blobs and weigh nothing here
 */
export const splitAppends = (
  requests: readonly AppendRequest[],
  maxInlineBytes: number,
): AppendRequest[][] => {
  const parts: AppendRequest[][] = []
  let part: AppendRequest[] = []
  let bytes = 0
  for (const request of requests) {
    const size = Buffer.byteLength(request.body)
    const inline = size > maxInlineBytes ? 0 : size
    const isFull = part.length === MAX_EVENTS || bytes + inline > MAX_BYTES
    if (part.length > 0 && isFull) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(request)
    bytes += inline
  }
  if (part.length > 0) parts.push(part)
  return parts
}

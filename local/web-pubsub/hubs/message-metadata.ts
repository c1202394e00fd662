import type { IncomingHttpHeaders } from 'node:http'
import { METADATA_KEY_MAX_BYTES, METADATA_MAX_BYTES, METADATA_VALUE_MAX_BYTES } from '../limits.ts'

const PREFIX = 'x-webpubsub-metadata-'
const ASCII = /^[\x20-\x7e]*$/

/** The metadata of a message, from the headers `X-WebPubSub-Metadata-{key}`; undefined when there are none. */
export const readMetadata = (headers: IncomingHttpHeaders): Record<string, string> | undefined => {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && typeof value === 'string' ? [[name.slice(PREFIX.length), value] as const] : [],
  )
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** What is wrong with the metadata; undefined when nothing is. */
export const findMetadataFault = (metadata: Record<string, string> | undefined): string | undefined => {
  const entries = Object.entries(metadata ?? {})
  const isTooLong = entries.some(
    ([key, value]) =>
      key.length === 0 ||
      Buffer.byteLength(key) > METADATA_KEY_MAX_BYTES ||
      Buffer.byteLength(value) > METADATA_VALUE_MAX_BYTES,
  )
  if (isTooLong) {
    return `Metadata keys have 1 to ${METADATA_KEY_MAX_BYTES} bytes, values at most ${METADATA_VALUE_MAX_BYTES}.`
  }
  if (!entries.every(([key, value]) => ASCII.test(key) && ASCII.test(value))) return 'Metadata must be ASCII.'
  const total = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  return total > METADATA_MAX_BYTES ? `Metadata may have ${METADATA_MAX_BYTES} bytes in all.` : undefined
}

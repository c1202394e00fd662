import { canonicalJson } from '../../shared/contract/signaling/canonical-json.ts'

/** As Python's json writes it by default. */
const escapeNonAscii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * The texts that the signature of a frame may be over. Programs of the protocol's first implementation sign ASCII, and
 * their timestamp before they put the `Z` behind it.
 */
export function* signedTexts(frame: Readonly<Record<string, unknown>>): Generator<string, void, undefined> {
  const { signature: _, ...received } = frame
  const { timestamp } = received
  const variants = [received]
  if (typeof timestamp === 'string' && timestamp.endsWith('Z')) {
    variants.push({ ...received, timestamp: timestamp.slice(0, -1) })
  }
  for (const variant of variants) {
    const canonical = canonicalJson(variant)
    yield canonical
    const ascii = escapeNonAscii(canonical)
    if (ascii !== canonical) yield ascii
  }
}

import { canonicalJson } from '../../contract/signaling/canonical-json.ts'
import { numberText } from './parse-exact-json.ts'
import { pythonJson } from './python-json.ts'

/** The value with its numbers as JavaScript has them. */
const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  const number = numberText(value)
  if (number !== undefined) return Number(number)
  // Not by assignment: a member may be named __proto__.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}

/**
 * The texts that a frame's signature may be over, the likeliest first; none twice. Agents of the protocol's first
 * implementation sign what Python's json writes, and their timestamp before they put the `Z` behind it.
 * @param frame its members, numbers in the text they were written in
 * @param bareTimeFirst whether its sender is known to sign the timestamp without `Z`
 */
export function* signedTexts(
  frame: Readonly<Record<string, unknown>>,
  bareTimeFirst = false,
): Generator<{ text: string; bareTime: boolean }, void, undefined> {
  const { signature: _, ...received } = frame
  const variants = [{ variant: received, bareTime: false }]
  const { timestamp } = received
  if (typeof timestamp === 'string' && timestamp.endsWith('Z')) {
    variants.push({ variant: { ...received, timestamp: timestamp.slice(0, -1) }, bareTime: true })
  }
  for (const { variant, bareTime } of bareTimeFirst ? variants.toReversed() : variants) {
    const python = pythonJson(variant)
    yield { text: python, bareTime }
    const canonical = canonicalJson(plain(variant))
    if (canonical !== python) yield { text: canonical, bareTime }
  }
}

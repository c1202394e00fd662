import { canonicalJson } from '../../shared/contract/signaling/canonical-json.ts'
import { parseTagged, pythonText } from './python-text.ts'

/**
 * The texts that the signature of a frame may be over: what Python's json writes, as gateways and the protocol's first programs
 * sign, or RFC 8785. The first programs sign their timestamp before they put the `Z` behind it.
 * @param text the frame
 */
export function* signedTexts(text: string): Generator<string, void, undefined> {
  const { ssignature: _, ...tagged } = parseTagged(text)
  const { signature: __, ...plain } = JSON.parse(text) as Record<string, unknown>
  const { timestamp } = plain
  const times = typeof timestamp === 'string' ? [timestamp, timestamp.replace(/Z$/, '')] : []
  for (const time of new Set(times)) {
    yield pythonText({ ...tagged, stimestamp: `s${time}` })
    yield canonicalJson({ ...plain, timestamp: time })
  }
}

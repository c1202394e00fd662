import { canonicalJson } from './canonical-json.ts'
import { parseTagged, pythonText } from './python-text.ts'

const readTimes = (timestamp: unknown): Array<{ timestamp: string; bareTime: boolean }> => {
  if (typeof timestamp !== 'string') return []
  const received = { timestamp, bareTime: false }
  return timestamp.endsWith('Z')
    ? [received, { timestamp: timestamp.slice(0, -1), bareTime: true }]
    : [received]
}

/**
 * The texts that a frame's signature may be over, the likeliest first; none twice. Agents of the protocol's first
 * implementation, and gateways, sign what Python's json writes, others RFC 8785. The first programs sign their timestamp
 * before they put the `Z` behind it.
 * @param frame as it came: JSON of an object that reads the same in every parser
 * @param bareTimeFirst whether its sender is known to sign the timestamp without `Z`
 */
export function* signedTexts(
  frame: string,
  bareTimeFirst = false,
): Generator<{ text: string; bareTime: boolean }, void, undefined> {
  const { ssignature: _, ...tagged } = parseTagged(frame)
  const { signature: __, ...plain } = JSON.parse(frame) as Record<string, unknown>
  const times = readTimes(plain['timestamp'])
  for (const { timestamp, bareTime } of bareTimeFirst ? times.toReversed() : times) {
    const python = pythonText({ ...tagged, stimestamp: `s${timestamp}` })
    yield { text: python, bareTime }
    const canonical = canonicalJson({ ...plain, timestamp })
    if (canonical !== python) yield { text: canonical, bareTime }
  }
}

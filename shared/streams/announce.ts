import type { Bell } from '../contract/bell.ts'
import { MAX_BELL_BYTES } from '../contract/limits.ts'
import type { AppendRequest, AppendResult } from './append.ts'
import type { StreamBell } from './bell.ts'

/**
 * Rings the bell for one stored event. `event` is what JSON keeps exactly; leave it out when it does not
 * (`bytes` is then ignored) and watchers read the table.
 */
export const announce = (
  bell: StreamBell,
  stored: {
    stream: string
    seq: number
    bytes: number
    event?: unknown
    outcome?: 'final' | 'error' | undefined
  },
): Promise<void> => {
  const { stream, seq, bytes, event, outcome } = stored
  const fits = event !== undefined && bytes <= MAX_BELL_BYTES
  const carried = (): Bell => ({
    stream,
    from: seq,
    events: [event],
    ...(outcome === undefined ? {} : { outcome }),
  })
  return bell.ring(fits ? carried() : { stream, upto: seq + 1 })
}

/**
 * Rings once for events that were stored together: with all of them where JSON keeps them exactly and they are few,
 * else by how far the stream has come.
 */
export const announceAll = async (
  bell: StreamBell,
  requests: readonly AppendRequest[],
  results: readonly AppendResult[],
): Promise<void> => {
  const stored = requests.flatMap((request, index) => {
    const result = results[index]
    return result !== undefined && 'late' in result ? [{ request, ...result }] : []
  })
  const [first] = stored
  const last = stored.at(-1)
  if (first === undefined || last === undefined) return
  const { stream } = first.request
  const bodies = stored.map(({ request }) => request.body)
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0)
  const isDense = stored.every(({ seq, late }, index) => seq === first.seq + index && !late)
  const events = isDense && bytes <= MAX_BELL_BYTES ? parseExactly(bodies) : undefined
  const outcome = stored.find(({ request }) => request.closes !== undefined)?.request.closes
  await bell.ring(
    events === undefined
      ? { stream, upto: last.seq + 1 }
      : { stream, from: first.seq, events, ...(outcome === undefined ? {} : { outcome }) },
  )
}

/** The values of JSON texts, if writing them gives the same texts again. */
const parseExactly = (bodies: readonly string[]): unknown[] | undefined => {
  const events = bodies.map((body): unknown => JSON.parse(body))
  return events.every((event, index) => JSON.stringify(event) === bodies[index]) ? events : undefined
}

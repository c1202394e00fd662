import type { Bell } from '../contract/bell.ts'
import { MAX_BELL_BYTES } from '../contract/limits.ts'
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

import type { Clock } from '../kernel/clock.ts'
import type { StreamBell } from './bell.ts'
import { newStream } from './stream-state.ts'
import type { StreamStateStore } from './stream-state-store.ts'

export type Fail = (stream: string, reason: string) => Promise<void>

/**
 * Notes on an open stream that it cannot finish as it stands, and tells its watchers. A later final payload clears
 * the note. A closed or expired stream is left as it is.
 */
export const createFail =
  (options: { store: StreamStateStore; bell: StreamBell; clock: Clock; ttlMs: number }): Fail =>
  async (stream, reason) => {
    const { store, bell, clock, ttlMs } = options
    for (;;) {
      const found = await store.read(stream)
      if (found !== undefined && found.value.status !== 'open') return
      if (found === undefined) await store.fileExpiry(stream, clock.now() + ttlMs)
      const state = { ...(found?.value ?? newStream(clock.now())), failure: reason }
      if ((await store.commit(stream, { state, version: found?.version })) === undefined) continue
      await bell.ring({ stream, upto: state.next })
      return
    }
  }

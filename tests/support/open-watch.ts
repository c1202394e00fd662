import { createLog } from '../../shared/kernel/log.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'
import { createWatch, type Watchers } from '../../shared/streams/watch.ts'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.ts'
import { createTestBell, type TestBell } from './open-streams.ts'
import { createPublish } from './publish.ts'

export const POLL_MS = 2000
const HOUR_MS = 3_600_000

export type WatchBench = {
  bell: TestBell
  clock: ManualClock
  watchers: Watchers
  publish: ReturnType<typeof createPublish>
  /** Messages that were logged. */
  lines: string[]
}

/** Watchers over a store, with a bell and a clock that the test owns. `watched` is the store that watchers read. */
export const openWatch = (
  store: StreamStateStore,
  options: { lose?: Parameters<typeof createTestBell>[0]; watched?: StreamStateStore } = {},
): WatchBench => {
  const bell = createTestBell(options.lose)
  const clock = createManualClock(Date.UTC(2026, 10, 20, 10))
  const lines: string[] = []
  const log = createLog({ level: 'debug', clock, write: (line) => lines.push(line) })
  const watched = options.watched ?? store
  const watchers = createWatch({ store: watched, bell, clock, log, pollMs: POLL_MS, random: () => 0.5 })
  const publish = createPublish({ store, bell, clock, ttlMs: HOUR_MS })
  return { bell, clock, watchers, publish, lines }
}

/** Lets time pass until a promise settles. */
export const whileTimePasses = async <Value>(clock: ManualClock, promise: Promise<Value>): Promise<Value> => {
  let settled = false
  const settle = (): void => {
    settled = true
  }
  promise.then(settle, settle)
  while (!settled) {
    await new Promise(setImmediate)
    clock.advance(100)
  }
  return promise
}

import type { Clock } from '../../shared/kernel/clock.ts'
import { unavailable } from '../../shared/kernel/errors.ts'
import { isTransient } from '../../shared/kernel/retry.ts'
import type { StreamBell } from '../../shared/streams/bell.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'
import { Killed } from './create-mortal.ts'
import { createPublish, createPublishAll, type Published } from './publish.ts'

/**
 * What befalls a writer at its next commit: it dies before or after the transaction, it dies between transaction and
 * announcement, or the answer of the storage is lost.
 */
export const FATES = ['none', 'before', 'after', 'unannounced', 'unanswered'] as const
export type Fate = (typeof FATES)[number]

type Publish = (stream: string, events: readonly Published[]) => Promise<unknown>
type Writer = { publish: Publish; fate: Fate }

/** Processes that write one stream. One that dies is replaced by a fresh one, and the message is delivered again. */
export const createCrashingWriters = (options: {
  store: StreamStateStore
  bell: StreamBell
  clock: Clock
  count: number
}): {
  /** Has a writer publish events: one by itself, several in one transaction. */
  deliver(stream: string, events: readonly Published[], by: { writer: number; fate: Fate }): Promise<void>
} => {
  const { store, bell, clock, count } = options

  const start = (): Writer => {
    const commit: StreamStateStore['commit'] = async (...given) => {
      const { fate } = writer
      if (fate !== 'unannounced') writer.fate = 'none'
      if (fate === 'before') throw new Killed('before the transaction')
      const version = await store.commit(...given)
      if (fate === 'after') throw new Killed('after the transaction')
      if (fate === 'unanswered') throw unavailable('The answer was lost.')
      return version
    }
    const ring: StreamBell['ring'] = async (rung) => {
      if (writer.fate === 'unannounced') throw new Killed('before the announcement')
      await bell.ring(rung)
    }
    const means = { store: { ...store, commit }, bell: { ...bell, ring }, clock, ttlMs: 3_600_000 }
    const publishOne = createPublish(means)
    const publishAll = createPublishAll(means)
    const publish: Publish = async (stream, events) => {
      const [first] = events
      if (first !== undefined && events.length === 1) return publishOne(stream, first)
      return publishAll(stream, events)
    }
    const writer: Writer = { publish, fate: 'none' }
    return writer
  }
  const writers = Array.from({ length: count }, start)

  return {
    deliver: async (stream, events, { writer: place, fate }) => {
      const index = place % count
      const first = writers[index]
      if (first !== undefined) first.fate = fate
      for (let delivered = false; !delivered;) {
        try {
          await writers[index]?.publish(stream, events)
          delivered = true
        } catch (error) {
          // An outage is waited out by the same process; a dead one is replaced.
          if (error instanceof Killed) writers[index] = start()
          else if (!isTransient(error)) throw error
        }
      }
    },
  }
}

import { connectFolder } from '../../shared/azure/blobs/connect-folder.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import { createStreamStore } from '../../shared/azure/tables/stream-store.ts'
import type { Bell } from '../../shared/contract/bell.ts'
import type { BellListener, StreamBell } from '../../shared/streams/bell.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'

/** The real store over a storage connection string (Azurite). `suffix` gives a test tables of its own. */
export const openStreams = (connectionString: string, suffix = ''): StreamStateStore => {
  const connection = { connectionString }
  return createStreamStore({
    streams: connectTable(connection, `streams${suffix}`),
    expiry: connectTable(connection, `expiry${suffix}`),
    blobs: connectFolder(connection, `streams${suffix}`),
  })
}

/** Marks a stream as expired, as a sweep does before it deletes. */
export const expireStream = async (store: StreamStateStore, stream: string): Promise<void> => {
  const found = await store.read(stream)
  if (found === undefined) throw new Error(`There is no stream ${stream}.`)
  await store.commit(stream, { state: { ...found.value, status: 'expired' }, version: found.version })
}

export type TestBell = StreamBell & {
  rung: Bell[]
  /** Lets a bell arrive: one that was lost, once more, or late. */
  deliver(bell: Bell): void
  /** The link was down and is back. */
  gap(): void
  listening(): number
}

/** A bell whose ringing a test controls: `lose` decides which bells do not arrive by themselves. */
export const createTestBell = (lose: (bell: Bell) => boolean = () => false): TestBell => {
  const listeners = new Map<string, Set<BellListener>>()
  const rung: Bell[] = []
  const deliver = (bell: Bell): void => {
    for (const listener of listeners.get(bell.stream) ?? []) listener.onBell(structuredClone(bell))
  }
  const all = (): BellListener[] => [...listeners.values()].flatMap((set) => [...set])
  return {
    rung,
    deliver,
    gap: () => all().forEach((listener) => listener.onGap()),
    listening: () => all().length,
    ring: async (bell) => {
      rung.push(bell)
      if (!lose(bell)) deliver(bell)
    },
    listen: async (stream, listener) => {
      const set = listeners.get(stream) ?? new Set()
      listeners.set(stream, set.add(listener))
      return () => void set.delete(listener)
    },
  }
}

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

/** A bell whose ringing a test controls: `lose` decides which bells never arrive. */
export const createTestBell = (
  lose: (bell: Bell) => boolean = () => false,
): StreamBell & { rung: Bell[] } => {
  const listeners = new Map<string, Set<BellListener>>()
  const rung: Bell[] = []
  return {
    rung,
    ring: async (bell) => {
      rung.push(bell)
      if (lose(bell)) return
      const delivered = structuredClone(bell)
      for (const listener of listeners.get(bell.stream) ?? []) listener.onBell(delivered)
    },
    listen: async (stream, listener) => {
      const set = listeners.get(stream) ?? new Set()
      listeners.set(stream, set.add(listener))
      return () => void set.delete(listener)
    },
  }
}

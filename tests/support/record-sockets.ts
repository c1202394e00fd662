import type { Sockets } from '../../shared/signaling/sockets.ts'

export type RecordedSockets = {
  sockets: Pick<Sockets, 'close'>
  /** Connections in the order in which they were closed. */
  closed: string[]
  /** The next `close` of this connection fails. */
  refuse(connectionId: string): void
}

/** Sockets that only note what is closed. */
export const recordSockets = (): RecordedSockets => {
  const closed: string[] = []
  const refused = new Set<string>()
  return {
    closed,
    refuse: (connectionId) => void refused.add(connectionId),
    sockets: {
      close: async (connectionId) => {
        if (refused.delete(connectionId)) throw new Error('Web PubSub does not answer.')
        closed.push(connectionId)
      },
    },
  }
}

import type { ServiceContext } from '../context.ts'
import type { Hub } from '../hubs/hub.ts'
import { KEEP_ALIVE_MIN_SECONDS, KEEP_ALIVE_SECONDS } from '../limits.ts'

/** A client that leaves this many intervals without any sign of life is cut off. */
const SILENT_INTERVALS = 2

/**
 * Pings the clients of a hub. When to ping is a matter of the local clock; whether a client is dead is one of real time,
 * because no client can answer in a time that is only advanced.
 */
const pingAll = (hub: Hub, intervalMs: number): void => {
  const now = performance.now()
  for (const connection of hub.connections.values()) {
    const { socket, pingedAt } = connection
    if (socket?.readyState !== 1) continue
    if (pingedAt !== undefined && now - pingedAt > SILENT_INTERVALS * intervalMs) connection.cut()
    else {
      connection.pingedAt ??= now
      socket.ping()
    }
  }
}

/** Pings the clients of every hub in the hub's own interval: one timer for all of them. */
export const startKeepAlive = ({ clock, hubs }: ServiceContext): void => {
  const due = new Map<Hub, number>()
  const sweep = (): void => {
    for (const hub of hubs.all()) {
      const intervalMs =
        (hubs.settings(hub.name).webSocketKeepAliveIntervalInSeconds ?? KEEP_ALIVE_SECONDS) * 1000
      const at = due.get(hub) ?? clock.now() + intervalMs
      if (at <= clock.now()) pingAll(hub, intervalMs)
      due.set(hub, at <= clock.now() ? clock.now() + intervalMs : at)
    }
    clock.after(KEEP_ALIVE_MIN_SECONDS * 1000, sweep)
  }
  sweep()
}

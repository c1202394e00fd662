import { setTimeout as delay } from 'node:timers/promises'

const TICK_MS = 5

/** Calls `send` so many times a second, evenly, for so long; resolves with how often it was called. */
export const keepRate = async (
  { perSecond, seconds }: { perSecond: number; seconds: number },
  send: (index: number) => void,
): Promise<number> => {
  const total = perSecond * seconds
  const startedAt = performance.now()
  let sent = 0
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1000) + 1)
    while (sent < due) send(sent++)
    await delay(TICK_MS)
  }
  return total
}

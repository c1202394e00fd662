import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 25
const LIMIT_MS = 60_000

/**
 * Looks again and again until there is an answer. What throws meanwhile counts as none; the last error is the reason
 * when the time is over.
 */
export const until = async <Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
): Promise<Value> => {
  const end = Date.now() + LIMIT_MS
  for (;;) {
    let reason: unknown
    try {
      const value = await look()
      if (value !== undefined && value !== false) return value
    } catch (error) {
      reason = error
    }
    if (Date.now() > end)
      throw new Error(
        `Not within ${LIMIT_MS / 1000} s: ${what}.`,
        reason === undefined ? {} : { cause: reason },
      )
    await delay(POLL_MS)
  }
}

const FIRST_MS = 100
const MAX_MS = 2_000

/** Growing pauses between attempts at something that fails: 100 ms, doubled, at most 2 s. Real time. */
export type Backoff = { wait(): Promise<void>; reset(): void; stop(): void }

export const createBackoff = (): Backoff => {
  let next = FIRST_MS
  let stopped = false
  const waking = new Set<() => void>()
  return {
    wait: async () => {
      if (stopped) return
      const delayMs = next
      next = Math.min(MAX_MS, next * 2)
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waking.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, delayMs)
        waking.add(wake)
      })
    },
    reset: () => {
      next = FIRST_MS
    },
    stop: () => {
      stopped = true
      for (const wake of waking) wake()
    },
  }
}

import type { Clock } from './clock.ts'

/** A number that is counted now and then, and in between follows the changes made by this process. */
export type CachedCount = {
  read(): Promise<number>
  add(change: 1 | -1): void
}

/** @param options.cacheMs how old a count may be before it is made again. */
export const cacheCount = (options: {
  count: () => Promise<number>
  clock: Clock
  cacheMs: number
}): CachedCount => {
  const { count, clock, cacheMs } = options
  let latest: { at: number; counted: Promise<number>; changes: number } | undefined

  return {
    read: async () => {
      const now = clock.now()
      if (latest === undefined || now - latest.at >= cacheMs)
        latest = { at: now, counted: count(), changes: 0 }
      const current = latest
      try {
        const counted = await current.counted
        return Math.max(0, counted + current.changes)
      } catch (error) {
        if (latest === current) latest = undefined
        throw error
      }
    },
    // What changes while the count is being made may count twice, until the next one.
    add: (change) => {
      if (latest !== undefined) latest.changes += change
    },
  }
}

/** A timer of a {@link LocalClock}. */
export type LocalTimer = { cancel(): void }

/**
 * The time of a local service: real time plus what tests added with `advance`.
 * Locks, TTLs, schedules and token expiry of a service all use it, so that no test has to sleep.
 */
export type LocalClock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `callback` when `now()` reaches `at`. */
  at(at: number, callback: () => void): LocalTimer
  after(ms: number, callback: () => void): LocalTimer
  advance(ms: number): void
  stop(): void
}

type Entry = { at: number; callback: () => void }

/** The longest delay that setTimeout takes (2^31 - 1 ms). */
const MAX_TIMEOUT_MS = 2_147_483_647

export const createLocalClock = (): LocalClock => {
  let offset = 0
  let wake: NodeJS.Timeout | undefined
  const entries: Entry[] = []
  const now = (): number => Date.now() + offset

  const arm = (): void => {
    if (wake !== undefined) clearTimeout(wake)
    wake = undefined
    const first = entries[0]
    if (first === undefined) return
    wake = setTimeout(fire, Math.min(MAX_TIMEOUT_MS, Math.max(0, first.at - now())))
    wake.unref()
  }

  const fire = (): void => {
    for (let first = entries[0]; first !== undefined && first.at <= now(); first = entries[0]) {
      entries.shift()
      first.callback()
    }
    arm()
  }

  /** The index of the first entry later than `time`. */
  const after = (time: number): number => {
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((entries[middle]?.at ?? Infinity) <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  const at = (time: number, callback: () => void): LocalTimer => {
    const entry = { at: time, callback }
    const index = after(time)
    entries.splice(index, 0, entry)
    if (index === 0) arm()
    return {
      cancel: () => {
        const found = entries.lastIndexOf(entry, after(time) - 1)
        if (found >= 0) entries.splice(found, 1)
      },
    }
  }

  return {
    now,
    at,
    after: (ms, callback) => at(now() + ms, callback),
    advance: (ms) => {
      offset += ms
      fire()
    },
    stop: () => {
      if (wake !== undefined) clearTimeout(wake)
      entries.length = 0
    },
  }
}

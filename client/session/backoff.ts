const FIRST_MS = 1000
const LAST_MS = 30_000

/** Milliseconds before attempt 0, 1, …: about 1 s, twice as long each time up to 30 s, of which the last fifth is chance. */
export const backoffMs = (attempt: number, random: () => number): number =>
  Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt, 16)) * (0.8 + 0.2 * random())

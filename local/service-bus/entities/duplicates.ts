/** The message ids of the last while, to pass over repeated sends. */
export type Duplicates = {
  /** Remembers an id. Answers false when it was there already. */
  add(id: string): boolean
  /** What is remembered, with the moment when it is forgotten (milliseconds since the epoch). */
  entries(): Iterable<readonly [string, number]>
  restore(id: string, until: number): void
}

export const createDuplicates = (now: () => number, windowMs: () => number): Duplicates => {
  /** In order of arrival, and so of forgetting: the window is the same for all. */
  const until = new Map<string, number>()

  const forget = (): void => {
    for (const [id, end] of until) {
      if (end > now()) return
      until.delete(id)
    }
  }

  return {
    add: (id) => {
      forget()
      if (until.has(id)) return false
      until.set(id, now() + windowMs())
      return true
    },
    entries: () => {
      forget()
      return until
    },
    restore: (id, end) => {
      until.set(id, end)
    },
  }
}

/** Delivery ids gathered into ranges of neighbours. */
export type Runs = {
  add(id: number): void
  /** The ranges so far, in order of arrival; empties the collection. */
  take(): Array<{ first: number; last: number }>
}

export const createRuns = (): Runs => {
  let runs: Array<{ first: number; last: number }> = []
  return {
    add: (id) => {
      const run = runs.at(-1)
      if (run !== undefined && id === (run.last + 1) >>> 0) run.last = id
      else runs.push({ first: id, last: id })
    },
    take: () => {
      const taken = runs
      runs = []
      return taken
    },
  }
}

/** `maxConcurrentRequests` and `maxOutstandingRequests` of host.json; -1 is unlimited. */
export type Throttle = {
  /** Runs the work when there is a place; false when too many wait already, which is 429. */
  run(work: () => Promise<void>): Promise<boolean>
}

export const createThrottle = (limits: { concurrent: number; outstanding: number }): Throttle => {
  const concurrent = limits.concurrent < 0 ? Infinity : limits.concurrent
  const outstanding = limits.outstanding < 0 ? Infinity : limits.outstanding
  const queue: Array<() => void> = []
  let running = 0
  const leave = (): void => {
    const next = queue.shift()
    if (next === undefined) running -= 1
    else next()
  }
  return {
    run: async (work) => {
      if (running + queue.length >= outstanding) return false
      if (running < concurrent) running += 1
      else await new Promise<void>((resume) => queue.push(resume))
      try {
        await work()
      } finally {
        leave()
      }
      return true
    },
  }
}

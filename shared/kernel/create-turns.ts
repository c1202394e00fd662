/** Does work when it is its turn. @throws the reason of the signal when that is given while the work still waits. */
export type InTurn = <Result>(work: () => Promise<Result>, signal: AbortSignal) => Promise<Result>

/** Lets `max` works run at a time; whoever comes later waits in line. */
export const createTurns = (max: number): InTurn => {
  const line = new Set<() => void>()
  let free = max

  const wait = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        line.delete(begin)
        reject(signal.reason)
      }
      const begin = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      line.add(begin)
      signal.addEventListener('abort', leave, { once: true })
    })

  /** The place goes to the next in line, so that nobody who comes just now takes it. */
  const end = (): void => {
    const [next] = line
    if (next === undefined) free++
    else {
      line.delete(next)
      next()
    }
  }

  return async (work, signal) => {
    signal.throwIfAborted()
    if (free > 0) free--
    else await wait(signal)
    try {
      return await work()
    } finally {
      end()
    }
  }
}

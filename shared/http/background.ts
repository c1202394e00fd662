import type { Log } from '../kernel/log.ts'

/** Work of a request that goes on after its answer, or after the client left. */
export type Background = {
  /** Keeps the invocation alive until the work has settled; a failure is logged. */
  waitUntil(work: Promise<unknown>): void
  /** Resolves when all of it has settled, also what was added meanwhile. Never rejects. */
  settled(): Promise<void>
}

export const createBackground = (log: Log): Background => {
  const running = new Set<Promise<void>>()
  return {
    waitUntil: (work) => {
      const settled = work
        .catch((error: unknown) => log.error('Work that went on after an answer failed.', { error }))
        .then(() => void running.delete(settled))
      running.add(settled)
    },
    settled: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

import type { Deadline, Deadlines } from '../entities/deadlines.ts'
import { type Claim, covers } from './authority.ts'

/** The rights that the tokens of one connection gave. */
export type Claims = {
  put(claim: Claim): void
  /** Whether something at this path (in lower case) may be used now. */
  allows(path: string): boolean
  /** `onExpired` runs when the rights to the path have run out. Answers how to stop watching. */
  watch(path: string, onExpired: () => void): () => void
}

export const createClaims = (options: { now(): number; deadlines: Deadlines }): Claims => {
  const claims = new Map<string, Claim>()

  const until = (path: string): number =>
    Math.max(0, ...[...claims.values()].filter((claim) => covers(claim, path)).map((claim) => claim.until))

  return {
    put: (claim) => {
      claims.set(claim.path, claim)
    },
    allows: (path) => until(path) > options.now(),
    watch: (path, onExpired) => {
      let deadline: Deadline | undefined
      const check = (): void => {
        const end = until(path)
        if (end <= options.now()) onExpired()
        else deadline = options.deadlines.at(end, check)
      }
      check()
      return () => deadline?.cancel()
    },
  }
}

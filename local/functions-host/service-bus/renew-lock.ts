import type { LocalClock, LocalTimer } from '../../service/clock.ts'

export type LockRenewal = { stop(): void }

export type LockRenewalOptions = {
  clock: LocalClock
  lockedUntil: Date | undefined
  /** `maxAutoLockRenewalDuration`: afterwards the lock is left to expire. */
  limitMs: number
  renew: () => Promise<Date>
  onRenewed: (lockedUntil: Date) => void
  onError: (error: unknown) => void
}

const EARLY_MS = 10_000
/** However long a lock claims to last: the clocks of host and broker may have been advanced differently. */
const LONGEST_WAIT_MS = 20_000

/** Keeps a lock, renewing it 10 s before it ends or at half of its time, as the .NET client does. */
export const renewLock = (options: LockRenewalOptions): LockRenewal => {
  const { clock, limitMs } = options
  const until = clock.now() + limitMs
  let stopped = limitMs <= 0
  let timer: LocalTimer | undefined

  const schedule = (lockedUntil: Date | undefined): void => {
    if (stopped || lockedUntil === undefined) return
    const remaining = Math.max(0, lockedUntil.getTime() - clock.now())
    const wait = Math.min(LONGEST_WAIT_MS, remaining - Math.min(EARLY_MS, remaining / 2))
    if (clock.now() + wait >= until) return
    timer = clock.after(wait, () => {
      options.renew().then(
        (renewed) => {
          options.onRenewed(renewed)
          schedule(renewed)
        },
        (error: unknown) => {
          if (!stopped) options.onError(error)
        },
      )
    })
  }

  schedule(options.lockedUntil)
  return {
    stop: () => {
      stopped = true
      timer?.cancel()
    },
  }
}

import type { LocalClock, LocalTimer } from '../../service/clock.ts'

export type IdleWatch = { touch(): void; stop(): void }

/** Calls `onIdle` once when nothing was touched for `limitMs`. Touching is cheap: the timer is re-armed when it fires. */
export const watchIdle = (clock: LocalClock, limitMs: number, onIdle: () => void): IdleWatch => {
  let last = clock.now()
  let timer: LocalTimer
  const arm = (): void => {
    timer = clock.at(last + limitMs, () => {
      if (clock.now() - last >= limitMs) onIdle()
      else arm()
    })
  }
  arm()
  return {
    touch: () => {
      last = clock.now()
    },
    stop: () => timer.cancel(),
  }
}

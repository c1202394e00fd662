import type { Clock } from '../../kernel/clock.ts'
import { ABORTED } from '../../kernel/aborted.ts'

export type Deadline = {
  /** Aborted when the deadline has passed, or with the signal that it was made with. */
  signal: AbortSignal
  passed(): boolean
  /** What was waited for has come: nothing is aborted any more. */
  meet(): void
}

/** Gives something `ms` milliseconds to happen. */
export const startDeadline = (options: { clock: Clock; ms: number; signal: AbortSignal }): Deadline => {
  const { clock, ms, signal } = options
  const met = new AbortController()
  const late = new AbortController()
  const watch = async (): Promise<void> => {
    await clock.sleep(ms, met.signal)
    if (!met.signal.aborted) late.abort(new Error('The deadline has passed.'))
  }
  void watch()
  return {
    signal: AbortSignal.any([signal, late.signal]),
    passed: () => late.signal.aborted,
    meet: () => met.abort(ABORTED),
  }
}

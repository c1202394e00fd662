import type { LocalClock } from '../../service/clock.ts'

/** When a message with this time to live is not replayed any more; 0 and absent mean never. */
export const expiryOf = (clock: LocalClock, ttlSeconds: number | undefined): number | undefined =>
  ttlSeconds === undefined || ttlSeconds === 0 ? undefined : clock.now() + ttlSeconds * 1000

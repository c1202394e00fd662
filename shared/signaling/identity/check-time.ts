import { SignalFailure } from '../signal-failure.ts'

/** How far the time of a frame may be from that of the gateway. */
export const TIME_WINDOW_MS = 5 * 60_000

/**
 * @param time of the frame, milliseconds since the epoch, as `now`
 * @throws SignalFailure `stale`
 */
export const checkTime = (time: number, now: number): void => {
  if (Math.abs(now - time) <= TIME_WINDOW_MS) return
  throw new SignalFailure(
    'stale',
    `The timestamp is more than ${TIME_WINDOW_MS / 60_000} minutes from the time of the gateway. Set the clock, and sign each message anew when it is sent.`,
    { details: { server_time: new Date(now).toISOString() } },
  )
}

import type { Platform } from '../platform.ts'

/** Below what a gateway takes from one connection by default (100 a second), so that other frames have room. */
const FRAMES_PER_SECOND = 80
const BURST = 64

/** Lets through so many a second in the long run. @returns milliseconds to wait before the next one */
export const createPace = ({ now }: Pick<Platform, 'now'>): (() => number) => {
  const interval = 1000 / FRAMES_PER_SECOND
  let free = 0
  return () => {
    free = Math.max(free, now() - BURST * interval) + interval
    return Math.max(0, free - now())
  }
}

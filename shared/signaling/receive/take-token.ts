import type { ConnectionState } from '../connection-state.ts'

export type Rate = { perSecond: number; burst: number }

/**
 * Takes a token from the bucket of a connection.
 * @returns the bucket as it is then, and the milliseconds until there is one again where it was empty.
 */
export const takeToken = (
  bucket: ConnectionState['bucket'],
  { perSecond, burst }: Rate,
  now: number,
): { bucket: [tokens: number, at: number]; waitMs: number } => {
  const [left, at] = bucket ?? [burst, now]
  // Instances have clocks of their own: time never runs backwards here.
  const tokens = Math.min(burst, left + (Math.max(0, now - at) * perSecond) / 1000)
  const latest = Math.max(now, at)
  if (tokens >= 1) return { bucket: [round(tokens - 1), latest], waitMs: 0 }
  return { bucket: [round(tokens), latest], waitMs: Math.ceil(round((1 - tokens) * 1000) / perSecond) }
}

const round = (tokens: number): number => Math.round(tokens * 1000) / 1000

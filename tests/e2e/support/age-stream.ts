import { expect } from 'vitest'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'

const HOUR_MS = 3_600_000

/** Lets the time of a stream be over: its last append was long ago, and it was to be looked at two hours ago. */
export const ageStream = async (store: StreamStateStore, stream: string): Promise<void> => {
  await store.fileExpiry(stream, Date.now() - 2 * HOUR_MS)
  const found = await store.read(stream)
  if (found === undefined) throw new Error(`There is no stream ${stream}.`)
  const { value, version } = found
  expect(await store.commit(stream, { state: { ...value, updatedAt: 0 }, version })).toBeDefined()
}

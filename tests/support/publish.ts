import type { Clock } from '../../shared/kernel/clock.ts'
import { announce, announceAll } from '../../shared/streams/announce.ts'
import { type AppendResult, createAppend, createAppender } from '../../shared/streams/append.ts'
import type { StreamBell } from '../../shared/streams/bell.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'

export type Published = {
  index: number
  body?: string
  agent?: string
  closes?: 'final' | 'error'
}

/** A producer as the parts of the gateway are: it appends, then announces. `body` is JSON, the index by default. */
export const createPublish = (options: {
  store: StreamStateStore
  bell: StreamBell
  clock: Clock
  ttlMs: number
}): ((stream: string, event: Published) => Promise<AppendResult>) => {
  const append = createAppend(options)
  return async (stream, { index, body = String(index), agent = 'agent', closes }) => {
    const result = await append({ stream, body, producer: { id: agent, index }, closes })
    if (result.outcome === 'appended' || result.outcome === 'duplicate') {
      const event: unknown = JSON.parse(body)
      const outcome = result.late ? undefined : closes
      const late = typeof event === 'object' && result.late ? { event: { ...event, late: true } } : {}
      const carried = result.late ? late : { event }
      await announce(options.bell, { stream, seq: result.seq, bytes: body.length, outcome, ...carried })
    }
    return result
  }
}

/** A producer that appends what it has at hand together, and announces it with one bell. */
export const createPublishAll = (
  options: Parameters<typeof createPublish>[0],
): ((stream: string, events: readonly Published[]) => Promise<AppendResult[]>) => {
  const { appendAll } = createAppender(options)
  return async (stream, events) => {
    const requests = events.map(({ index, body = String(index), agent = 'agent', closes }) => ({
      stream,
      body,
      producer: { id: agent, index },
      closes,
    }))
    const results = await appendAll(requests)
    await announceAll(options.bell, requests, results)
    return results
  }
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

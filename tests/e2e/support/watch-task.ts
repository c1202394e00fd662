import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import * as z from 'zod'
import { openSse, type Frame, type SseAnswer } from './sse.ts'
import type { TestCloud } from './start-test-cloud.ts'

const Event = z.looseObject({
  task_id: z.string(),
  agent_id: z.string(),
  event_index: z.int(),
  event_type: z.string(),
  payload: z.looseObject({}),
})
export type SeenEvent = z.infer<typeof Event> & { seq: number }

const toSeen = ({ id, event, data }: Frame): SeenEvent | undefined => {
  if (data === undefined) return undefined
  expect(event, `an event frame has no name: ${data}`).toBeUndefined()
  return { ...Event.parse(JSON.parse(data)), seq: Number(id) }
}

export const seqs = (events: readonly SeenEvent[]): number[] => events.map(({ seq }) => seq)

export const streamUrl = (cloud: { url: string }, task: string): string =>
  `${cloud.url}/stream/${encodeURIComponent(task)}`

export type Cursor = { from?: number; lastEventId?: string }

const askOnce = (cloud: { url: string }, task: string, { from, lastEventId }: Cursor): Promise<SseAnswer> =>
  openSse(
    `${streamUrl(cloud, task)}${from === undefined ? '' : `?from=${from}`}`,
    lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  )

/** The events of one answer, until it ends. */
export const readEvents = async (
  cloud: { url: string },
  task: string,
  cursor: Cursor = {},
): Promise<SeenEvent[]> => {
  const { status, frames } = await askOnce(cloud, task, cursor)
  expect(status).toBe(200)
  const events: SeenEvent[] = []
  for await (const frame of frames) {
    const seen = toSeen(frame)
    if (seen !== undefined) events.push(seen)
  }
  return events
}

export type Viewer = {
  /** Everything seen so far, in the order it came. */
  events: SeenEvent[]
  /** Resolves when the gateway says that nothing follows (204). */
  over: Promise<SeenEvent[]>
  /** Resolves when this many events came. */
  seen(count: number): Promise<SeenEvent[]>
}

/** Milliseconds between two attempts of a viewer. */
const RETRY_MS = 50

/**
 * A viewer, until the test is over, that comes back whatever happens, with the last id it saw, until the gateway answers 204: every slice end,
 * cut connection and failed answer is only a pause.
 */
export const watchTask = (cloud: TestCloud, task: string): Viewer => {
  const events: SeenEvent[] = []
  const waiting = new Map<() => void, number>()
  const leaving = new AbortController()
  let lastEventId: string | undefined

  const take = (frame: Frame): void => {
    const seen = toSeen(frame)
    if (seen === undefined) return
    events.push(seen)
    lastEventId = frame.id
    for (const [resolve, count] of waiting) if (events.length >= count) resolve()
  }

  /** True when nothing follows. A connection that cannot be made, or is cut, is only a pause. */
  const readOnce = async (): Promise<boolean> => {
    const answer = await askOnce(cloud, task, lastEventId === undefined ? {} : { lastEventId }).catch(
      () => undefined,
    )
    if (answer?.status !== 200) {
      answer?.drop()
      return answer?.status === 204
    }
    leaving.signal.addEventListener('abort', answer.drop)
    for (;;) {
      const next = await answer.frames.next().catch(() => undefined)
      if (next === undefined || next.done === true) return false
      take(next.value)
    }
  }

  const watch = async (): Promise<SeenEvent[]> => {
    while (!leaving.signal.aborted) {
      if (await readOnce()) break
      await delay(RETRY_MS)
    }
    return events
  }

  const over = watch()
  onTestFinished(() => leaving.abort())
  return {
    events,
    over,
    seen: async (count) => {
      const enough = new Promise<void>((resolve) => waiting.set(resolve, count))
      if (events.length < count) await Promise.race([enough, over])
      return events
    },
  }
}

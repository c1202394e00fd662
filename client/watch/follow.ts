import { ClientError } from '../client-error.ts'
import type { HttpOptions } from '../http/request-json.ts'
import type { Platform } from '../platform.ts'
import { backoffMs } from '../session/backoff.ts'
import type { Ear } from './listen.ts'
import { type Page, readPage, TaskEvents } from './read-page.ts'
import type { TaskEvent } from './task-event.ts'

/** How often the store is asked while no bell can be heard, and how often to be sure while one can. */
const POLL_MS = 2000
const CHECK_MS = 30_000
/** The first reading waits so long for the bell: who joins first misses nothing. */
const JOIN_MS = 2000

/** Who reads which task, until the signal is aborted. */
type Reader = { taskId: string; http: HttpOptions; platform: Platform; signal: AbortSignal }

/** What is wrong with the request stays wrong; everything else may pass. */
const isPassing = (error: unknown): boolean => {
  const status = error instanceof ClientError ? error.details['status'] : undefined
  return (
    error instanceof ClientError &&
    (typeof status !== 'number' || status >= 500 || status === 408 || status === 429)
  )
}

/** Reads a page, however often that takes. @throws ClientError `http` for what another attempt does not change */
const read = async ({ http, platform, ...page }: Reader, from: number): Promise<Page | undefined> => {
  for (let attempt = 0; !page.signal.aborted; attempt++) {
    try {
      return await readPage(http, { ...page, from })
    } catch (error) {
      if (page.signal.aborted) break
      if (!isPassing(error)) throw error
      await platform.sleep(backoffMs(attempt, platform.random), page.signal)
    }
  }
  return undefined
}

/** Events that stand one after the other, the first at `from`; none: there are no more now. */
type Batch = { events: TaskEvent[]; from: number; state: Page['state'] }

/** What is stored from one event on, page by page; the last one is empty. */
async function* readStored(reader: Reader, from: number): AsyncGenerator<Batch, void, undefined> {
  for (let next = from; ;) {
    const page = await read(reader, next)
    if (page === undefined) return
    yield { events: page.events, from: next, state: page.state }
    if (page.events.length === 0) return
    next = page.next
  }
}

/** Events as they come: from the bell where it goes on from what was seen, from the store in all other cases. */
export async function* follow(
  reader: Reader,
  ear: Ear,
  from: number,
): AsyncGenerator<Batch, void, undefined> {
  const { platform, signal } = reader
  let next = from
  const onward = async function* (batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of batches) {
      next = batch.from + batch.events.length
      yield batch
    }
  }
  await ear.wait(JOIN_MS)
  // What rang before it is read with all the rest.
  ear.next()
  yield* onward(readStored(reader, next))
  while (!signal.aborted) {
    await ear.wait((ear.isOpen() ? CHECK_MS : POLL_MS) * (0.8 + 0.4 * platform.random()))
    const bell = ear.next()
    if (bell === undefined || bell === 'missed' || 'upto' in bell) {
      const isKnown = typeof bell === 'object' && bell.upto <= next
      if (!isKnown) yield* onward(readStored(reader, next))
      continue
    }
    if (bell.from > next) yield* onward(readStored(reader, next))
    const events = TaskEvents.safeParse(bell.events)
    const fresh = events.success ? events.data.slice(Math.max(0, next - bell.from)) : []
    if (fresh.length === 0) continue
    yield { events: fresh, from: next, state: 'open' }
    next += fresh.length
  }
}

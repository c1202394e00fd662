import { MAX_PAGE_EVENTS } from '../../contract/limits.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import { decodeLogEvent } from './log-event.ts'

/** The A2A events that a log holds now, in order, from `from` on. */
export async function* readLog(
  store: Pick<StreamStateStore, 'readEvents'>,
  stream: string,
  from = 0,
): AsyncGenerator<LoggedEvent, void, undefined> {
  for (let next = from; ;) {
    const page = await store.readEvents(stream, next, MAX_PAGE_EVENTS)
    for (const { seq, body, late } of page) {
      const entry = late ? undefined : decodeLogEvent(body)
      if (entry?.kind === 'event') yield { seq, said: entry.said }
    }
    const last = page.at(-1)
    if (last === undefined) return
    next = last.seq + 1
  }
}

/** The same events as 1.0 JSON texts; none for no stream. */
export const readTexts = async (
  store: Pick<StreamStateStore, 'readEvents'>,
  stream: string | undefined,
): Promise<string[]> => {
  const texts: string[] = []
  if (stream === undefined) return texts
  for await (const { said } of readLog(store, stream)) texts.push(said.text)
  return texts
}

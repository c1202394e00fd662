import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { LogEntry } from './log-event.ts'

/** Where a batch stands among all that is said in answer to a call. */
export type LogPlace = { epoch: number; sequence: number }

/** What this process has written of calls that go on, so that it need not be read when a task ends. */
export type RecentTexts = {
  /** The events before a place, as 1.0 JSON texts; undefined when somebody else has written some of them. */
  before(correlationId: string, place: LogPlace): readonly string[] | undefined
  note(correlationId: string, place: LogPlace, entries: readonly LogEntry[]): void
}

type Recent = { epoch: number; next: number; texts: string[]; characters: number }

const CALLS = 1000
const MAX_CHARACTERS = 64 * 1024

const textsOf = (entries: readonly LogEntry[]): string[] =>
  entries.flatMap((entry) => (entry.kind === 'event' ? [entry.said.text] : []))

export const createRecentTexts = (): RecentTexts => {
  const calls = new BoundedMap<string, Recent>(CALLS)

  const find = (correlationId: string, { epoch, sequence }: LogPlace): Recent | undefined => {
    if (epoch === 1 && sequence === 0) return { epoch, next: 0, texts: [], characters: 0 }
    const recent = calls.get(correlationId)
    return recent?.epoch === epoch && recent.next === sequence ? recent : undefined
  }

  return {
    before: (correlationId, place) => find(correlationId, place)?.texts,
    note: (correlationId, place, entries) => {
      const recent = find(correlationId, place)
      calls.delete(correlationId)
      if (recent === undefined) return
      const texts = textsOf(entries)
      const characters = texts.reduce((sum, { length }) => sum + length, recent.characters)
      const isOver = entries.some(({ kind }) => kind !== 'event')
      if (characters > MAX_CHARACTERS || isOver) return
      const next = place.sequence + entries.length
      calls.set(correlationId, { epoch: place.epoch, next, texts: [...recent.texts, ...texts], characters })
    },
  }
}

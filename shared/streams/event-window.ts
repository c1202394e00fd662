import type { StoredEvent } from './stream-state.ts'

/**
 * The latest events of a stream in memory: a dense run of seqs, bounded in number and characters. Grows at the end by
 * what is announced, and at the front by what a viewer read to catch up, so that the next viewers need no read.
 */
export type EventWindow = {
  /** The seq after the last event held; the next event must have it. */
  readonly next: number
  /** Forgets everything and starts anew before `next`. */
  restart(next: number): void
  push(event: StoredEvent): void
  /** Takes of a page the events right before the window, while there is room. */
  prepend(events: readonly StoredEvent[]): void
  /** Events from `from` on, at most `limit`; undefined when they are no longer (or not yet) held. */
  slice(from: number, limit: number): readonly StoredEvent[] | undefined
}

export const createEventWindow = (options: { maxEvents: number; maxCharacters: number }): EventWindow => {
  let events: StoredEvent[] = []
  let next = 0
  let characters = 0

  const trim = (): void => {
    let surplus = 0
    while (
      events.length - surplus > 1 &&
      (events.length - surplus > options.maxEvents || characters > options.maxCharacters)
    ) {
      characters -= events[surplus]?.body.length ?? 0
      surplus++
    }
    if (surplus > 0) events.splice(0, surplus)
  }

  return {
    get next() {
      return next
    },
    restart: (seq) => {
      events = []
      characters = 0
      next = seq
    },
    push: (event) => {
      if (event.seq !== next)
        throw new Error(`The window ends before ${next}; it cannot take event ${event.seq}.`)
      events.push(event)
      characters += event.body.length
      next++
      trim()
    },
    prepend: (earlier) => {
      const front: StoredEvent[] = []
      let first = next - events.length
      for (const event of earlier.filter(({ seq }) => seq < first).toReversed()) {
        if (event.seq !== first - 1 || events.length + front.length >= options.maxEvents) break
        if (characters + event.body.length > options.maxCharacters) break
        front.unshift(event)
        characters += event.body.length
        first--
      }
      if (front.length > 0) events = [...front, ...events]
    },
    slice: (from, limit) => {
      const first = next - events.length
      if (from < first || from > next) return undefined
      return events.slice(from - first, from - first + limit)
    },
  }
}

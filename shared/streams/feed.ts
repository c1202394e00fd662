import type { Bell } from '../contract/bell.ts'
import { MAX_PAGE_EVENTS } from '../contract/limits.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { isTransient } from '../kernel/retry.ts'
import type { StreamBell } from './bell.ts'
import { createEventWindow } from './event-window.ts'
import { createPageCache } from './page-cache.ts'
import { newStream, type StoredEvent, type StreamState } from './stream-state.ts'
import type { StreamStateStore } from './stream-state-store.ts'
import { ABORTED } from '../kernel/aborted.ts'

export type FeedOptions = {
  store: StreamStateStore
  bell: StreamBell
  clock: Clock
  log: Log
  /** Milliseconds between two looks at the state when no bell rings, before jitter. */
  pollMs: number
  random: () => number
  /** Looks after a stream that is watched, open, and was not written for so long. */
  idle?: { afterMs: number; lookAfter(stream: string): Promise<void> }
}

/** What one stream may hold in memory, whatever the number of its viewers. */
const WINDOW = { maxEvents: 1000, maxCharacters: 4_000_000 }

/** Bells kept while the store is read; when more ring, the store is read once more instead. */
const MAX_HELD_BELLS = 100

const fromBell = (seq: number, event: unknown): StoredEvent => ({
  seq,
  body: JSON.stringify(event),
  late: typeof event === 'object' && event !== null && 'late' in event && event.late === true,
})

/** The one reader of a stream in this process: it feeds all viewers of the stream. */
export class Feed {
  readonly #stream: string
  readonly #options: FeedOptions
  readonly #window = createEventWindow(WINDOW)
  readonly #pages = createPageCache(WINDOW)
  readonly #ended = new AbortController()
  readonly #reads = new Map<number, Promise<StoredEvent[]>>()
  #state: StreamState | undefined
  /** When the stream was created, once it was read: one that begins anew has another time. */
  #born: number | undefined
  #gone = false
  #change = Promise.withResolvers<void>()
  #stopListening = (): void => undefined
  #syncing: Promise<void> | undefined
  #syncAgain = false
  #held: Bell[] = []
  #lastNews = 0
  #lookedAfter = 0

  private constructor(stream: string, options: FeedOptions) {
    this.#stream = stream
    this.#options = options
  }

  /** Opens a feed: joins the bell first, then reads, so that nothing falls between. Rejects when the store is down. */
  static async open(stream: string, options: FeedOptions): Promise<Feed> {
    const feed = new Feed(stream, options)
    // What rings before the first read is over waits for it.
    feed.#syncing = Promise.resolve()
    feed.#stopListening = await options.bell.listen(stream, {
      onBell: (rung) => feed.#onBell(rung),
      onGap: () => void feed.#sync(),
    })
    try {
      const read = await options.store.read(stream)
      feed.#window.restart(read?.value.next ?? 0)
      feed.#state = read?.value
      feed.#born = read?.value.createdAt
    } catch (error) {
      feed.close()
      throw error
    }
    feed.#syncing = undefined
    const missed = !feed.#hearHeld() || feed.#syncAgain
    if (missed) await feed.#sync()
    void feed.#poll()
    return feed
  }

  /** Undefined until the stream has its first event. */
  get state(): StreamState | undefined {
    return this.#state
  }

  /** True when the stream existed and its rows are deleted; also when it has begun anew since. */
  get gone(): boolean {
    return this.#gone
  }

  /** The seq after the last event known here. */
  get next(): number {
    return this.#window.next
  }

  /** Resolves at the next change, and at the latest after a poll. */
  get change(): Promise<void> {
    return this.#change.promise
  }

  /** Events from `from` on, from memory or the store; at most a page. None while the store does not answer. */
  async page(from: number): Promise<readonly StoredEvent[]> {
    const held = this.#window.slice(from, MAX_PAGE_EVENTS)
    if (held !== undefined && held.length > 0) return held
    const kept = this.#pages.get(from)
    if (kept !== undefined) return kept
    try {
      const page = await this.#readPage(from)
      this.#window.prepend(page)
      if (page.length > 0) this.#pages.keep(from, page)
      return page
    } catch (error) {
      if (!isTransient(error)) throw error
      this.#warn(error)
      return []
    }
  }

  close(): void {
    this.#ended.abort(ABORTED)
    this.#stopListening()
  }

  /** One read at a time for each page, however many viewers ask for it. */
  #readPage(from: number): Promise<StoredEvent[]> {
    const running =
      this.#reads.get(from) ?? this.#options.store.readEvents(this.#stream, from, MAX_PAGE_EVENTS)
    this.#reads.set(from, running)
    const forget = (): void => void this.#reads.delete(from)
    running.then(forget, forget)
    return running
  }

  #wake(): void {
    this.#lastNews = this.#options.clock.now()
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  #isGone(read: StreamState | undefined): boolean {
    if (read === undefined) return this.#state !== undefined
    return read.next < this.#window.next || (this.#born ?? read.createdAt) !== read.createdAt
  }

  async #catchUp(): Promise<void> {
    const read = (await this.#options.store.read(this.#stream))?.value
    this.#gone ||= this.#isGone(read)
    if (read !== undefined && !this.#gone) {
      await this.#readUpTo(read.next)
      this.#state = read
      this.#born = read.createdAt
    }
    this.#wake()
  }

  /** Not further, although the page may have more: the window must not be ahead of the state. */
  async #readUpTo(end: number): Promise<void> {
    while (this.#window.next < end && !this.#ended.signal.aborted) {
      const page = await this.#readPage(this.#window.next)
      const news = page.filter(({ seq }) => seq >= this.#window.next && seq < end)
      if (news.length === 0) return
      for (const event of news) this.#window.push(event)
    }
  }

  /** Reads what is new. Called while it runs, it looks once more at the end. */
  #sync(): Promise<void> {
    this.#syncAgain = this.#syncing !== undefined
    this.#syncing ??= Promise.resolve().then(() => this.#syncUntilCalm())
    return this.#syncing
  }

  async #syncUntilCalm(): Promise<void> {
    try {
      do {
        this.#syncAgain = false
        await this.#catchUp()
        this.#syncAgain ||= !this.#hearHeld()
      } while (this.#syncAgain && !this.#ended.signal.aborted)
    } catch (error) {
      this.#warn(error)
    } finally {
      // In one step with the last look at #syncAgain, so that no bell falls between.
      this.#syncing = undefined
    }
  }

  #warn(error: unknown, message = 'The stream could not be read; it is tried again.'): void {
    this.#options.log.warn(message, { task_id: this.#stream, error })
  }

  #onBell(rung: Bell): void {
    if (this.#syncing !== undefined && this.#held.length < MAX_HELD_BELLS) this.#held.push(rung)
    else if (this.#syncing !== undefined || !this.#hear(rung)) void this.#sync()
  }

  #hearHeld(): boolean {
    return this.#held
      .splice(0)
      .map((rung) => this.#hear(rung))
      .every(Boolean)
  }

  /** Takes what is new from a bell. False when the store must be read: something came before, or it does not say what. */
  #hear(rung: Bell): boolean {
    const { next } = this.#window
    if ('upto' in rung) return rung.upto < next
    if (rung.from > next) return false
    if (rung.from + rung.events.length > next) this.#apply(rung)
    return true
  }

  #apply({ from, events, outcome }: Extract<Bell, { events: unknown[] }>): void {
    for (const event of events.slice(this.#window.next - from))
      this.#window.push(fromBell(this.#window.next, event))
    const known = this.#state ?? newStream(this.#options.clock.now())
    const next = this.#window.next
    const closes = outcome !== undefined && known.status === 'open'
    this.#state = { ...known, next, ...(closes ? { status: 'closed', outcome, end: next } : {}) }
    this.#wake()
  }

  async #poll(): Promise<void> {
    const { clock, pollMs, random } = this.#options
    while (!this.#ended.signal.aborted) {
      await clock.sleep(pollMs * (0.75 + random() * 0.5), this.#ended.signal)
      const quiet = clock.now() - this.#lastNews >= pollMs / 2
      if (!quiet || this.#ended.signal.aborted) continue
      await this.#sync()
      await this.#lookAfter()
    }
  }

  /** A stream that has not begun is looked after too: somebody may have promised it. */
  async #lookAfter(): Promise<void> {
    const { idle, clock } = this.#options
    const ended = this.#state !== undefined && this.#state.status !== 'open'
    if (idle === undefined || ended || this.#ended.signal.aborted) return
    const since = Math.max(this.#state?.updatedAt ?? 0, this.#lookedAfter)
    if (clock.now() - since < idle.afterMs) return
    this.#lookedAfter = clock.now()
    await idle.lookAfter(this.#stream).catch((error: unknown) => {
      this.#warn(error, 'An idle stream could not be looked after; it is tried again.')
    })
  }
}

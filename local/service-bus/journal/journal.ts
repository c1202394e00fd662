/**
 * One fact of the broker: `data` is JSON, `body` raw bytes (an encoded message), stored as they are.
 * The body must not be changed after it was given.
 */
export type JournalRecord<Data = unknown> = { data: Data; body?: Uint8Array }

/** An append-only log in a directory that one process owns. */
export type Journal<Data = unknown> = {
  /**
   * Takes a record at once (order of calls = order of replay) and resolves when it is handed to the operating system:
   * from then on it survives `kill -9`. Rejects when the disk refuses it; the journal takes nothing after that.
   */
  append(record: JournalRecord<Data>): Promise<void>
  /** Resolves when everything appended so far is handed to the operating system. */
  flush(): Promise<void>
  /** Replaces the log by the present state. Happens by itself when the log has grown enough; tests and tools may ask. */
  compact(): Promise<void>
  /** Writes what is pending, frees the directory. */
  close(): Promise<void>
}

export type JournalOptions<Data = unknown> = {
  /** Created if absent. */
  dir: string
  /** Called at start for every record in order, before `openJournal` resolves. */
  replay(record: JournalRecord<Data>): void
  /**
   * The present state as records from which `replay` builds the same state; read in one go, without a pause, at a moment
   * when every appended record is part of the state. So: change the state first or in the same tick as `append`.
   */
  snapshot(): Iterable<JournalRecord<Data>>
  /** The log is compacted when it is longer than this and than the last snapshot. Default `COMPACT_ABOVE_BYTES`. */
  compactAboveBytes?: number
}

import type { DeadLetter } from './dead-letter.ts'

export type DeadLetterFilter = {
  entity?: string | undefined
  reason?: string | undefined
  status?: DeadLetter['status'] | undefined
  task_id?: string | undefined
  agent_id?: string | undefined
}

/** Where messages in quarantine are kept: a row and the body apart. Retryable GatewayErrors when it does not answer. */
export type QuarantineStore = {
  /** Keeps a message; false when it is there already. */
  insert(letter: DeadLetter, body: Uint8Array): Promise<boolean>
  read(key: string): Promise<{ value: DeadLetter; version: string } | undefined>
  /** False when the row changed since it was read at `version`. */
  update(letter: DeadLetter, version: string): Promise<boolean>
  /** Newest first within an entity. `after` is the `next` of the page before. */
  list(
    filter: DeadLetterFilter,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ items: DeadLetter[]; next?: string }>
  /** @throws GatewayError 404 when the letter is being purged. */
  readBody(key: string, which: 'original' | 'edited'): Promise<Uint8Array>
  /** Puts `body` in the place of the original, which is kept. False when the row changed since `version`. */
  edit(letter: DeadLetter, version: string, body: Uint8Array): Promise<boolean>
  /** Deletes bodies, then the row. False when there was none. */
  remove(key: string): Promise<boolean>
}

/** Connections that have not registered yet. */
export type Lobby = {
  /** Notes a connection; once more is the same. @param at milliseconds since the epoch */
  enter(connectionId: string, at: number): Promise<void>
  has(connectionId: string): Promise<boolean>
  /** False when it is not there (any more): it registered, left, or was let go. */
  leave(connectionId: string): Promise<boolean>
  /** Those that came before a time. */
  before(at: number): Promise<string[]>
  /** How many there are; may be a few seconds old. */
  count(): Promise<number>
}

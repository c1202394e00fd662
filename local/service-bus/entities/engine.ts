import type { Content } from '../messages/content.ts'
import type { Deadlines } from './deadlines.ts'
import type { Fact } from './facts.ts'

/** What every part of the broker's core stands on. */
export type Engine = {
  /** Milliseconds since the epoch. */
  now(): number
  deadlines: Deadlines
  /**
   * Writes a fact to the journal, with the content of the message it is about. Must be called in the same turn in which
   * the state changes. Costs nothing without a journal.
   */
  record(fact: Fact, content?: Content): void
  /** Counts a billable operation on so many bytes. */
  bill(operation: string, bytes: number): void
}

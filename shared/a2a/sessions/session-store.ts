import type { Session } from './session.ts'

/** A session with the version it was read at. */
export type FoundSession = { session: Session; version: string }

/** Where sessions are kept, for a fixed time from their creation (seed 2, SessionStore, with versions). */
export type SessionStore = {
  get(correlationId: string): Promise<FoundSession | undefined>
  exists(correlationId: string): Promise<boolean>
  /** Create if absent: the new version, or undefined when there is one. */
  create(session: Session): Promise<string | undefined>
  /** Replaces what was read: the new version, or undefined when somebody else has changed it. */
  set(session: Session, version: string): Promise<string | undefined>
  delete(correlationId: string): Promise<void>
  /**
   * Deletes sessions whose time is over, a bounded number, each after `onOver` was told of it. True when none is left.
   */
  sweep(now: number, onOver: (session: Session) => Promise<void>): Promise<boolean>
}

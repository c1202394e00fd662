import type { Engine } from '../entities/engine.ts'
import type { Lock } from '../entities/lock.ts'
import { createSession, type Session, type SessionHolder } from './session.ts'

/** A receiver that waits for the next free session. */
export type SessionWaiter = { holder: SessionHolder; onGranted(session: Session): void }

export type SessionTableOptions = {
  engine: Engine
  lockDurationMs(): number
  /** Puts a message back; `failed` counts as a delivery. */
  giveBack(lock: Lock, failed: boolean): void
  /** Hands ready messages to the holder as long as it has room. */
  pump(session: Session): void
}

/** Stands in for a holder that is on its way out, so that nobody else gets a part of what it gives back. */
const LEAVING: SessionHolder = {
  deletes: false,
  room: 0,
  linkName: '',
  deliver: () => undefined,
  onLockLost: () => undefined,
}

/** The sessions of a store: who holds which, which are free and have messages, who waits. */
export class SessionTable {
  readonly #options: SessionTableOptions
  readonly #sessions = new Map<string, Session>()
  /** Free sessions with ready messages, longest waiting first. */
  readonly #free = new Set<Session>()
  readonly #waiters = new Set<SessionWaiter>()

  constructor(options: SessionTableOptions) {
    this.#options = options
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id)
  }

  /** The session, made when it is new. */
  open(id: string): Session {
    const known = this.#sessions.get(id)
    if (known !== undefined) return known
    const session = createSession(id)
    this.#sessions.set(id, session)
    return session
  }

  all(): Iterable<Session> {
    return this.#sessions.values()
  }

  /** Locks the session, even an empty one. Undefined when another receiver holds it. */
  accept(id: string, holder: SessionHolder): Session | undefined {
    const session = this.open(id)
    if (session.holder !== undefined) return undefined
    this.#hold(session, holder)
    return session
  }

  /** Locks the free session that has waited longest with messages, now or when there is one. Answers how to give up. */
  acceptNext(waiter: SessionWaiter): () => void {
    this.#waiters.add(waiter)
    for (const session of this.#free) {
      if (!this.#waiters.has(waiter)) break
      this.#offer(session)
    }
    return () => this.#waiters.delete(waiter)
  }

  /** Extends the lock. Answers until when, in milliseconds since the epoch. */
  renew(session: Session): number {
    const { engine, lockDurationMs } = this.#options
    session.timer?.cancel()
    session.lockedUntil = engine.now() + lockDurationMs()
    session.timer = engine.deadlines.at(session.lockedUntil, () => this.#expire(session))
    for (const lock of session.locked) lock.until = session.lockedUntil
    return session.lockedUntil
  }

  /** The holder leaves: its unsettled messages are free at once, as deliveries that did not happen. */
  release(session: Session): void {
    this.#letGo(session, false)
    this.#settleDown(session)
  }

  /** A message of the session became ready: hands it over, or the session to one who waits. */
  onReady(session: Session): void {
    if (session.holder === undefined) this.#offer(session)
    else this.#options.pump(session)
  }

  /** Drops a session of which nothing is known any more. */
  tidy(session: Session): void {
    if (session.messages > 0 || session.state !== undefined || session.holder !== undefined) return
    this.#free.delete(session)
    this.#sessions.delete(session.id)
  }

  #hold(session: Session, holder: SessionHolder): void {
    this.#free.delete(session)
    session.holder = holder
    this.renew(session)
  }

  /** A session that nobody holds goes to the receiver that waits longest. */
  #offer(session: Session): void {
    if (session.ready.first() === undefined) {
      this.#free.delete(session)
      return
    }
    const [waiter] = this.#waiters
    if (waiter === undefined) {
      this.#free.add(session)
      return
    }
    this.#waiters.delete(waiter)
    this.#hold(session, waiter.holder)
    waiter.onGranted(session)
  }

  #expire(session: Session): void {
    this.#letGo(session, true)?.onLockLost()
    this.#settleDown(session)
  }

  #letGo(session: Session, failed: boolean): SessionHolder | undefined {
    const { holder } = session
    session.timer?.cancel()
    session.timer = undefined
    session.holder = LEAVING
    for (const lock of session.locked) this.#options.giveBack(lock, failed)
    session.holder = undefined
    return holder
  }

  #settleDown(session: Session): void {
    if (session.holder === undefined) this.#offer(session)
    this.tidy(session)
  }
}

import { type Operation, READ_ONLY } from '../../contract/a2a/operation.ts'
import type { Session } from './session.ts'

/**
 * What to do with a request that has arrived, at least once.
 * - `begin`: make the call · `repeat`: make it again, it changes nothing · `expired`: too late to begin
 * - `wait`: somebody makes it right now · `done`: it was answered
 * - `resume`: whoever made it died, the task is known: go on from what the agent says of it
 * - `lost`: whoever made it died, and making it again could do it twice
 */
export type ClaimDecision = 'begin' | 'repeat' | 'expired' | 'wait' | 'done' | 'resume' | 'lost'

/** Doing these twice leaves the same behind as doing them once. */
export const REPEATABLE: ReadonlySet<Operation> = new Set([
  ...READ_ONLY,
  'push-create',
  'push-delete',
  'push-get',
  'push-list',
])

export const decideClaim = (
  session: Session | undefined,
  { now, deadline }: { now: number; deadline: number },
): ClaimDecision => {
  if (session?.holder === undefined) return now > deadline ? 'expired' : 'begin'
  if (session.state !== 'active') return 'done'
  if ((session.leaseUntil ?? 0) > now) return 'wait'
  if (session.taskId !== undefined) return 'resume'
  return REPEATABLE.has(session.operation) ? 'repeat' : 'lost'
}

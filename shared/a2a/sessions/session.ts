import type { Operation } from '../../contract/a2a/operation.ts'

/**
 * A call between a client and an agent, by its correlation id; the same row is the claim of whoever makes the call.
 * - `active`: being called · `paused`: the task waits for its client · `completed`, `failed`: answered
 */
export type Session = {
  correlationId: string
  agentId: string
  operation: Operation
  /** Whose call it is. */
  subject: string
  /** The deployment that was asked, and the one that asks. */
  toProxy: string
  fromProxy: string
  state: 'active' | 'paused' | 'completed' | 'failed'
  /** Milliseconds since the epoch. */
  createdAt: number
  lastActivity: number
  /** The log of the task that this call goes on with, beside its own. */
  taskStream?: string
  /** The task that the agent named, or that the client asked for. */
  taskId?: string
  /** Which attempt at the call is the valid one: what an older one says is dropped. */
  epoch: number
  /** Who makes the call, and until when nobody else may (milliseconds since the epoch). */
  holder?: string
  leaseUntil?: number
  /** Of a request that was made anew from a dead letter: the call that was asked first. */
  redriveOf?: string
  /** The call that last went on with this call's task. */
  continuedBy?: string
}

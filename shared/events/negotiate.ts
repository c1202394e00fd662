import type { Caller } from '../access/caller.ts'
import type { FindStream } from './resolve-stream.ts'

/** How to watch one task without headers: a WebSocket address and a ticket for `/stream/{task_id}?ticket=`. */
export type Negotiation = {
  url: string
  /** The WebSocket sub-protocol to speak. */
  protocol: string
  group: string
  ticket: string
  /** When both end, ISO 8601. */
  expires_at: string
}

/** @throws GatewayError as ResolveStream */
export type Negotiate = (taskId: string, caller: Caller) => Promise<Negotiation>

export const createNegotiate =
  (options: {
    findStream: FindStream
    clientAccess: (
      stream: string,
      minutes: number,
    ) => Promise<{ url: string; protocol: string; group: string }>
    issueTicket: (stream: string, opens?: string) => { ticket: string; expiresAt: number }
    minutes: number
  }): Negotiate =>
  async (taskId, caller) => {
    const { stream } = await options.findStream(taskId, caller)
    const { ticket, expiresAt } = options.issueTicket(taskId, stream === taskId ? undefined : stream)
    const access = await options.clientAccess(stream, options.minutes)
    return { ...access, ticket, expires_at: new Date(expiresAt).toISOString() }
  }

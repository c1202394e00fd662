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

export type Negotiate = (taskId: string) => Promise<Negotiation>

export const createNegotiate =
  (options: {
    clientAccess: (
      stream: string,
      minutes: number,
    ) => Promise<{ url: string; protocol: string; group: string }>
    issueTicket: (stream: string) => { ticket: string; expiresAt: number }
    minutes: number
  }): Negotiate =>
  async (taskId) => {
    const { ticket, expiresAt } = options.issueTicket(taskId)
    const access = await options.clientAccess(taskId, options.minutes)
    return { ...access, ticket, expires_at: new Date(expiresAt).toISOString() }
  }

import type { Agent } from './agent.ts'

/** An agent that is connected by WebSocket: its id is its DID. */
export type ConnectedAgent = Agent & {
  reach: 'socket'
  did: string
  /** ISO 8601. */
  connectedAt: string
  lastActivity: string
  connectionId: string
  /** Grows with every registration of the DID. */
  generation: number
  /** The agent's own card as JSON text, where it gave one. */
  card?: string
}

/** What a registration says; the rest of the row is made from it. */
export type Registration = Pick<
  ConnectedAgent,
  'did' | 'connectionId' | 'capabilities' | 'name' | 'description' | 'card'
>

/** The part of the registry that agents write themselves, by connecting. */
export type ConnectedAgents = {
  /**
   * The agent as it was at most a second ago. In steady state it costs no storage operation.
   * @param options.fresh as it is now, by one operation: for whoever knows better than what is remembered.
   */
  find(did: string, options?: { fresh?: boolean }): Promise<ConnectedAgent | undefined>
  /**
   * Makes this connection that of the agent, whatever it was before. The same connection again is the same registration,
   * unless it says something else.
   * @returns the row, and the one it replaced.
   */
  register(registration: Registration): Promise<{ agent: ConnectedAgent; before?: ConnectedAgent }>
  /**
   * Removes the agent, if this connection still is its.
   * @param options.lastActivity only if it gave no sign of life since.
   * @returns the row that was removed.
   */
  remove(
    did: string,
    connectionId: string,
    options?: { lastActivity?: string },
  ): Promise<ConnectedAgent | undefined>
  /**
   * Notes that the agent gave a sign of life; written every 30 s at most. A failure is logged, never thrown.
   * @param isThere where the sign is not its own: asked before it is written, which it is only if this is true.
   */
  touch(agent: ConnectedAgent, isThere?: () => Promise<boolean>): Promise<void>
  /** All of them, as they are now, page by page. */
  pages(): AsyncGenerator<ConnectedAgent[], void, undefined>
  /** How many there are; may be a few seconds old. */
  count(): Promise<number>
}

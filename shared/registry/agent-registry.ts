import type { Agent, AgentStatus } from './agent.ts'

export type AgentFilter = {
  group?: string | undefined
  reach?: Agent['reach'] | undefined
  capability?: string | undefined
  status?: AgentStatus | undefined
}

/** The one registry of agents. Reads may be up to a few seconds old. */
export type AgentRegistry = {
  getAgent(id: string): Promise<Agent | undefined>
  getAgentsByGroup(group: string): Promise<Agent[]>
  /** A page in order of id; `next` is the `after` of the page that follows. */
  list(
    filter: AgentFilter,
    page: { after?: string | undefined; limit: number },
  ): Promise<{ agents: Agent[]; next?: string }>
  /**
   * Adds or replaces an agent of origin `runtime`, whose secrets are sealed; what is known of its state stays.
   * @throws GatewayError 409 when a file has the id.
   */
  put(agent: Agent): Promise<'added' | 'replaced'>
  /** Removes a run-time agent that is not connected. False when there is none. @throws GatewayError 409 when a file has it. */
  remove(id: string): Promise<boolean>
  /** Nothing happens when there is no such agent (any more). */
  setStatus(id: string, status: AgentStatus): Promise<void>
  /** Reads the files again: their rows are put, those gone from them go, run-time rows stay. */
  refresh(): Promise<{
    agents: number
    problems: Array<{ setting: string; message: string; remedy: string }>
  }>
}

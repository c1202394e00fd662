import { EgressError, type SendHttp } from '../kernel/egress.ts'
import type { Log } from '../kernel/log.ts'
import { mapBounded } from '../kernel/map-bounded.ts'
import type { Agent, AgentStatus } from './agent.ts'
import type { AgentRegistry } from './agent-registry.ts'
import { agentUrl } from './agent-url.ts'
import { listHosted } from './list-hosted.ts'
import { ABORTED } from '../kernel/aborted.ts'

const PROBES_AT_A_TIME = 10

/** Milliseconds for an answer. */
const TIMEOUT_MS = 5000

export type ProbeOptions = {
  registry: Pick<AgentRegistry, 'list' | 'setStatus'>
  send: SendHttp
  /** This deployment: every deployment probes the agents that it hosts. */
  proxyId: string
  /** Is told before a new status is stored, so that no change is lost. `before` is the agent with its old one. */
  onChange: (agent: Agent, before: Agent) => Promise<void>
  log: Log
}

const isOk = (status: number): boolean => status >= 200 && status < 300

/** No credentials: a health endpoint needs none, and a probe must not spend tokens. */
const probe = async (
  agent: Agent,
  { send }: ProbeOptions,
): Promise<{ status: AgentStatus; error?: EgressError }> => {
  const done = new AbortController()
  try {
    const { status } = await send({
      method: 'GET',
      url: agentUrl(agent, agent.healthEndpoint),
      headers: { accept: 'application/json' },
      signal: done.signal,
      headTimeoutMs: TIMEOUT_MS,
      target: agent.origin === 'file' ? 'trusted' : 'checked',
    })
    return { status: isOk(status) ? 'healthy' : 'unhealthy' }
  } catch (error) {
    if (!(error instanceof EgressError)) throw error
    return { status: 'unreachable', error }
  } finally {
    // The head was all that mattered.
    done.abort(ABORTED)
  }
}

/** Asks every agent that this deployment hosts for its health, and tells and stores what changed. One that fails stops no other. */
export const createProbeAgents = (options: ProbeOptions): (() => Promise<void>) => {
  const { registry, onChange, log } = options

  const probeOne = async (agent: Agent): Promise<void> => {
    try {
      const { status, error } = await probe(agent, options)
      if (status === agent.status) return
      await onChange({ ...agent, status }, agent)
      await registry.setStatus(agent.id, status)
      log.info('The status of an agent changed.', {
        agent_id: agent.id,
        status,
        previous_status: agent.status,
        ...(error === undefined ? {} : { error }),
      })
    } catch (error) {
      log.warn('The status of an agent could not be found out, told or stored.', {
        agent_id: agent.id,
        error,
      })
    }
  }

  return async () => {
    const hosted = await listHosted(options)
    await mapBounded(hosted, PROBES_AT_A_TIME, probeOne)
  }
}

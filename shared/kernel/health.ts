import type { Clock } from './clock.ts'
import type { Problem } from './config/problem.ts'
import type { Log } from './log.ts'
import { ABORTED } from './aborted.ts'

/** Asks one service whether it answers; false or an error means it does not. */
export type Probe = () => Promise<boolean>

export type Connection = 'connected' | 'disconnected'

/** How an agent is: by its socket, or by what its health endpoint said last; `unknown` until it was asked. */
export type AgentHealth = Connection | 'healthy' | 'unhealthy' | 'unreachable' | 'unknown'

/** What /health answers. Without table or bus the gateway is unhealthy; without the bell only degraded. */
export type Health = {
  status: 'healthy' | 'degraded' | 'unhealthy'
  version: string
  role: string
  /** Seconds since this process started. */
  uptime: number
  timestamp: string
  /** How many agents are connected by WebSocket, and of `connections.agents` are connected or healthy. */
  connected_agents: number
  connections: {
    asb: Connection
    storage: Connection
    web_pubsub: Connection
    /** The agents with an endpoint that this deployment hosts. They do not change `status`. */
    agents: Record<string, AgentHealth>
  }
  /** Settings that are missing or malformed, each with what to do. */
  problems?: Array<{ setting: string; message: string; remedy: string }>
}

export type HealthOptions = {
  probes: { asb: Probe; storage: Probe; web_pubsub: Probe }
  agents: () => Promise<Record<string, AgentHealth>>
  /** The number of agents that are connected by WebSocket. */
  sockets: () => Promise<number>
  /** Asked after the agents: their files may have some. */
  problems: () => readonly Problem[]
  clock: Clock
  log: Log
  version: string
  role: string
  cacheMs: number
  timeoutMs: number
}

/** What the work gives, or the fallback when it fails or takes too long. */
const within = async <Value>(
  { clock, timeoutMs }: HealthOptions,
  work: () => Promise<Value>,
  fallback: (error?: unknown) => Value,
): Promise<Value> => {
  const over = new AbortController()
  const late = clock.sleep(timeoutMs, over.signal).then(() => fallback())
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    return fallback(error)
  } finally {
    over.abort(ABORTED)
  }
}

const ask = (probe: Probe, options: HealthOptions): Promise<Connection> =>
  within<Connection>(
    options,
    async () => ((await probe()) ? 'connected' : 'disconnected'),
    (error) => {
      if (error !== undefined) options.log.warn('A health probe failed.', { error })
      return 'disconnected'
    },
  )

const askAgents = (options: HealthOptions): Promise<Record<string, AgentHealth>> =>
  within(options, options.agents, (error) => {
    if (error !== undefined) options.log.warn('The agents could not be listed for /health.', { error })
    return {}
  })

const countSockets = (options: HealthOptions): Promise<number> =>
  within(options, options.sockets, (error) => {
    if (error !== undefined) options.log.warn('Connected agents could not be counted for /health.', { error })
    return 0
  })

const judge = (
  { asb, storage, web_pubsub }: Health['connections'],
  hasProblems: boolean,
): Health['status'] => {
  if (asb === 'disconnected' || storage === 'disconnected') return 'unhealthy'
  return web_pubsub === 'disconnected' || hasProblems ? 'degraded' : 'healthy'
}

const isReached = (state: AgentHealth): boolean => state === 'connected' || state === 'healthy'

/** Checks the services the gateway stands on, at most once every `cacheMs` however often it is asked. */
export const createHealth = (options: HealthOptions): (() => Promise<Health>) => {
  const { probes, clock, version, role, cacheMs } = options
  const startedAt = clock.now()
  let latest: { at: number; health: Promise<Health> } | undefined

  const check = async (): Promise<Health> => {
    const [asb, storage, web_pubsub, reached, sockets] = await Promise.all([
      ask(probes.asb, options),
      ask(probes.storage, options),
      ask(probes.web_pubsub, options),
      askAgents(options),
      countSockets(options),
    ])
    const connections = { asb, storage, web_pubsub, agents: reached }
    const problems = options.problems()
    return {
      status: judge(connections, problems.length > 0),
      version,
      role,
      uptime: Math.round((clock.now() - startedAt) / 1000),
      timestamp: new Date(clock.now()).toISOString(),
      connected_agents: Object.values(reached).filter(isReached).length + sockets,
      connections,
      ...(problems.length === 0 ? {} : { problems: [...problems] }),
    }
  }

  return () => {
    const now = clock.now()
    if (latest === undefined || now - latest.at >= cacheMs) latest = { at: now, health: check() }
    return latest.health
  }
}

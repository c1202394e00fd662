import type { Clock } from './clock.ts'
import type { Problem } from './config/problem.ts'
import type { Log } from './log.ts'

/** Asks one service whether it answers; false or an error means it does not. */
export type Probe = () => Promise<boolean>

export type Connection = 'connected' | 'disconnected'

/** What /health answers. Without table or bus the gateway is unhealthy; without the bell only degraded. */
export type Health = {
  status: 'healthy' | 'degraded' | 'unhealthy'
  version: string
  role: string
  /** Seconds since this process started. */
  uptime: number
  timestamp: string
  connected_agents: number
  connections: {
    asb: Connection
    storage: Connection
    web_pubsub: Connection
    agents: Record<string, Connection>
  }
  /** Settings that are missing or malformed, each with what to do. */
  problems?: Array<{ setting: string; message: string; remedy: string }>
}

export type HealthOptions = {
  probes: { asb: Probe; storage: Probe; web_pubsub: Probe }
  agents: () => Promise<Record<string, Connection>>
  problems: readonly Problem[]
  clock: Clock
  log: Log
  version: string
  role: string
  cacheMs: number
  timeoutMs: number
}

const ask = async (probe: Probe, { clock, log, timeoutMs }: HealthOptions): Promise<Connection> => {
  const over = new AbortController()
  const late = clock.sleep(timeoutMs, over.signal).then(() => false)
  try {
    const answers = await Promise.race([probe(), late])
    return answers ? 'connected' : 'disconnected'
  } catch (error) {
    log.warn('A health probe failed.', { error })
    return 'disconnected'
  } finally {
    over.abort()
  }
}

const judge = (
  { asb, storage, web_pubsub }: Health['connections'],
  hasProblems: boolean,
): Health['status'] => {
  if (asb === 'disconnected' || storage === 'disconnected') return 'unhealthy'
  return web_pubsub === 'disconnected' || hasProblems ? 'degraded' : 'healthy'
}

const askAgents = async ({ agents, log }: HealthOptions): Promise<Record<string, Connection>> => {
  try {
    return await agents()
  } catch (error) {
    log.warn('The agents could not be listed for /health.', { error })
    return {}
  }
}

/** Checks the services the gateway stands on, at most once every `cacheMs` however often it is asked. */
export const createHealth = (options: HealthOptions): (() => Promise<Health>) => {
  const { probes, problems, clock, version, role, cacheMs } = options
  const startedAt = clock.now()
  let latest: { at: number; health: Promise<Health> } | undefined

  const check = async (): Promise<Health> => {
    const [asb, storage, web_pubsub, reached] = await Promise.all([
      ask(probes.asb, options),
      ask(probes.storage, options),
      ask(probes.web_pubsub, options),
      askAgents(options),
    ])
    const connections = { asb, storage, web_pubsub, agents: reached }
    return {
      status: judge(connections, problems.length > 0),
      version,
      role,
      uptime: Math.round((clock.now() - startedAt) / 1000),
      timestamp: new Date(clock.now()).toISOString(),
      connected_agents: Object.values(reached).filter((state) => state === 'connected').length,
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

import * as z from 'zod'
import { appPid, connectBenchAgents } from './bench-agents.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { exchangeFrames } from './exchange-frames.ts'
import type { Figure } from './figure.ts'
import { rssMib } from './rss-mib.ts'
import { percentile, round } from './statistics.ts'

const AGENTS = 10_000

const Health = z.looseObject({ connected_agents: z.int() })

/** (j) 10,000 agents that are registered and silent, and what a frame between two of them takes. */
export const measureSilentAgents = async (cloud: BenchCloud): Promise<Figure[]> => {
  const pid = await appPid(cloud)
  const startedAt = performance.now()
  const agents = await connectBenchAgents(cloud, AGENTS)
  const seconds = (performance.now() - startedAt) / 1000
  const { took, lost } = await exchangeFrames(agents, { perSecond: 100, seconds: 10 })
  const health = Health.parse(await (await fetch(`${cloud.endpoints.gateway}/health`)).json())
  const open = agents.filter(({ socket }) => socket.readyState === socket.OPEN).length
  const [app, service] = [rssMib(pid), rssMib(cloud.webPubSub.pid())]
  for (const { socket } of agents) socket.terminate()
  return [
    { name: '(j) agents that registered in a second', value: round(AGENTS / seconds, 0), unit: 'agents/s' },
    { name: '(j) connected of 10,000', value: open, unit: 'agents', bound: { atLeast: AGENTS } },
    {
      name: '(j) of them /health counts',
      value: health.connected_agents,
      unit: 'agents',
      bound: { atLeast: AGENTS },
    },
    { name: '(j) frame among them, 100 frames/s p50', value: round(percentile(took, 0.5)), unit: 'ms' },
    { name: '(j) frames lost', value: lost, unit: 'frames', bound: { atMost: 0 } },
    { name: '(j) app RSS', value: round(app, 0), unit: 'MiB' },
    { name: '(j) Web PubSub RSS', value: round(service, 0), unit: 'MiB' },
  ]
}

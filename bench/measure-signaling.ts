import { appPid, connectBenchAgents } from './bench-agents.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { exchangeFrames } from './exchange-frames.ts'
import type { Figure } from './figure.ts'
import { measureEcho } from './measure-echo.ts'
import { readMeters, resetMeters } from './read-meters.ts'
import { rssMib } from './rss-mib.ts'
import { percentile, round } from './statistics.ts'

const AGENTS = 500
/** What the first implementation of the protocol says of itself: a process that holds the sockets, ~100 MB at rest. */
const FIRST_IMPLEMENTATION_MIB = 95
const SECONDS = 30
const WARM_UP = { perSecond: 200, seconds: 5 }
const CALM = { perSecond: 200, seconds: SECONDS }
const BUSY = { perSecond: 500, seconds: SECONDS }

const times = (name: string, took: readonly number[], bound?: Figure['bound']): Figure[] => [
  { name: `(i) ${name} p50`, value: round(percentile(took, 0.5)), unit: 'ms' },
  {
    name: `(i) ${name} p99`,
    value: round(percentile(took, 0.99)),
    unit: 'ms',
    ...(bound === undefined ? {} : { bound }),
  },
]

/** (i) 500 agents that send each other signed frames, through socket, webhook, verification and forward. */
export const measureSignaling = async (cloud: BenchCloud): Promise<Figure[]> => {
  const pid = await appPid(cloud)
  const atRest = rssMib(pid)
  const agents = await connectBenchAgents(cloud, AGENTS)
  await exchangeFrames(agents, WARM_UP)
  const echo = await measureEcho(cloud, { clients: AGENTS, ...CALM })
  const calm = await exchangeFrames(agents, CALM)
  await resetMeters(cloud)
  const busy = await exchangeFrames(agents, BUSY)
  const { total } = (await readMeters(cloud)).table
  const withAgents = rssMib(pid)
  for (const { socket } of agents) socket.terminate()
  return [
    ...times('bare Web PubSub, 200 messages/s', echo),
    ...times('forwarded frame, 200 frames/s', calm.took, { atMost: 10 }),
    ...times('forwarded frame, 500 frames/s', busy.took),
    {
      name: '(i) frames lost or refused, 200 and 500/s',
      value: calm.lost + busy.lost + calm.refused + busy.refused,
      unit: 'frames',
      bound: { atMost: 0 },
    },
    {
      name: '(i) table operations for a frame, 500 frames/s',
      value: round(total / busy.sent, 3),
      unit: 'operations',
      bound: { atMost: 0.1 },
    },
    { name: '(i) RSS of the first implementation at rest', value: FIRST_IMPLEMENTATION_MIB, unit: 'MiB' },
    { name: '(i) app RSS at rest', value: round(atRest, 0), unit: 'MiB' },
    { name: '(i) app RSS with 500 agents, after both', value: round(withAgents, 0), unit: 'MiB' },
  ]
}

import { wayNames, type Ways } from './bench-deployments.ts'
import { callAgent, type Times } from './call-agent.ts'
import type { Figure } from './figure.ts'
import { percentile, round } from './statistics.ts'

const WARM_UP = 300
const SAMPLES = 400

type Samples = Record<keyof Ways, number[]>

/** One of each in turn, so that nothing queues and whatever else the machine does slows all of them. */
const takeSamples = async (call: (url: string) => Promise<number>, ways: Ways): Promise<Samples> => {
  const samples: Samples = { direct: [], here: [], bus: [] }
  for (let index = 0; index < WARM_UP + SAMPLES; index++) {
    const direct = await call(ways.direct)
    const here = await call(ways.here)
    const bus = await call(ways.bus)
    if (index < WARM_UP) continue
    samples.direct.push(direct)
    samples.here.push(here)
    samples.bus.push(bus)
  }
  return samples
}

const describe = (
  what: string,
  samples: Samples,
  bounds: { here: number; bus: number } | undefined,
): Figure[] => {
  const p = (way: keyof Ways, share: number): number => percentile(samples[way], share)
  const absolute = (['direct', 'here', 'bus'] as const).flatMap((way): Figure[] => [
    { name: `(g) ${what} ${wayNames[way]} p50`, value: round(p(way, 0.5)), unit: 'ms' },
    { name: `(g) ${what} ${wayNames[way]} p99`, value: round(p(way, 0.99)), unit: 'ms' },
  ])
  const added = (['here', 'bus'] as const).flatMap((way): Figure[] => [
    {
      name: `(g) ${what} ${wayNames[way]} adds p50`,
      value: round(p(way, 0.5) - p('direct', 0.5)),
      unit: 'ms',
      ...(bounds === undefined ? {} : { bound: { atMost: bounds[way] } }),
    },
    {
      name: `(g) ${what} ${wayNames[way]} adds p99`,
      value: round(p(way, 0.99) - p('direct', 0.99)),
      unit: 'ms',
    },
  ])
  return [...absolute, ...added]
}

const timesOf =
  (method: Parameters<typeof callAgent>[1], time: keyof Times) =>
  async (url: string): Promise<number> =>
    (await callAgent(url, method))[time]

/** (g) What the gateway adds to a blocking send, with the event log on, and to the first event of a stream. */
export const measureProxy = async (ways: Ways): Promise<Figure[]> => [
  ...describe('send', await takeSamples(timesOf('SendMessage', 'allMs'), ways), { here: 5, bus: 25 }),
  ...describe('first event', await takeSamples(timesOf('SendStreamingMessage', 'firstMs'), ways), undefined),
]

import { wayNames, type Ways } from './bench-deployments.ts'
import { callAgent } from './call-agent.ts'
import type { Figure } from './figure.ts'
import { percentile, round } from './statistics.ts'

const AT_ONCE = 200
const WARM_UP = 200
const STREAMS = 600
const ROUNDS = 3

type Round = { perSecond: number; lost: number }

/** So many streams, each with a task of its own, `AT_ONCE` of them open all the time; says why the first was lost. */
const run = async (url: string, streams: number): Promise<Round> => {
  let begun = 0
  let lost = 0
  const work = async (): Promise<void> => {
    while (begun++ < streams) {
      try {
        await callAgent(url, 'SendStreamingMessage')
      } catch (error) {
        if (lost++ === 0) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
      }
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { perSecond: ((streams - lost) * 1000) / (performance.now() - startedAt), lost }
}

/** (h) Whole streams per second, from the request to the end of the task, with 200 of them open; none may be lost. */
export const measureStreams = async (ways: Ways): Promise<Figure[]> => {
  const rounds: Record<keyof Ways, Round[]> = { direct: [], here: [], bus: [] }
  const order = ['direct', 'here', 'bus'] as const
  for (const way of order) await run(ways[way], WARM_UP)
  for (let turn = 0; turn < ROUNDS; turn++)
    for (const way of order) rounds[way].push(await run(ways[way], STREAMS))
  const lost = order.flatMap((way) => rounds[way]).reduce((sum, round) => sum + round.lost, 0)
  return [
    ...order.map((way): Figure => {
      const perSecond = percentile(
        rounds[way].map((round) => round.perSecond),
        0.5,
      )
      return { name: `(h) 200 at once, ${wayNames[way]}`, value: round(perSecond, 0), unit: 'streams/s' }
    }),
    { name: '(h) streams lost', value: lost, unit: 'streams', bound: { atMost: 0 } },
  ]
}

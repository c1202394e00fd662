import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceBusClient } from '@azure/service-bus'
import type { BenchCloud } from './bench-cloud.ts'
import type { Figure } from './figure.ts'
import { makeEvent, nowMs } from './make-event.ts'
import { readMeters, resetMeters } from './read-meters.ts'
import { percentile, round } from './statistics.ts'
import { watchSse, type Viewer } from './watch-sse.ts'

const EVENTS = 40
const PAUSE_MS = 150

type Run = { lastArrivals: number[]; tableReads: number }

const readsOf = async (cloud: BenchCloud): Promise<number> => {
  const { 'table.read': rows = 0, 'table.list': pages = 0 } = (await readMeters(cloud)).table.operations
  return rows + pages
}

const run = async (cloud: BenchCloud, viewers: number): Promise<Run> => {
  const task = `fan-out-${randomUUID()}`
  const latest: number[] = []
  const arrivals: number[] = []
  const onEvent = (event: { event_index?: number; payload: { sentAt: number } }): void => {
    const index = event.event_index ?? 0
    arrivals[index] = (arrivals[index] ?? 0) + 1
    latest[index] = nowMs() - event.payload.sentAt
  }
  await resetMeters(cloud)
  const open: Viewer[] = Array.from({ length: viewers }, () =>
    watchSse(`${cloud.endpoints.gateway}/stream/${task}`, onEvent),
  )
  await Promise.all(open.map(({ opened }) => opened))
  const client = new ServiceBusClient(cloud.endpoints.serviceBus)
  const sender = client.createSender('agent-events')
  for (let index = 0; index < EVENTS; index++) {
    await sender.sendMessages({ body: makeEvent(task, index), sessionId: task })
    await delay(PAUSE_MS)
  }
  while (arrivals.length < EVENTS || arrivals.some((count) => count < viewers)) await delay(10)
  for (const viewer of open) viewer.close()
  await client.close()
  return { lastArrivals: latest, tableReads: await readsOf(cloud) }
}

/** (c) One task to 500 viewers: when the last of them has an event, and what it costs in reads beside one viewer. */
export const measureFanOut = async (cloud: BenchCloud): Promise<Figure[]> => {
  const alone = await run(cloud, 1)
  const crowd = await run(cloud, 500)
  return [
    {
      name: '(c) 500 viewers, last arrival p50',
      value: round(percentile(crowd.lastArrivals, 0.5)),
      unit: 'ms',
    },
    {
      name: '(c) 500 viewers, last arrival p99',
      value: round(percentile(crowd.lastArrivals, 0.99)),
      unit: 'ms',
    },
    { name: '(c) table reads, 1 viewer', value: alone.tableReads, unit: 'reads' },
    {
      name: '(c) table reads, 500 viewers',
      value: crowd.tableReads,
      unit: 'reads',
      bound: { atMost: alone.tableReads + 10 },
    },
  ]
}

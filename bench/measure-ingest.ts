import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceBusClient } from '@azure/service-bus'
import type { BenchCloud } from './bench-cloud.ts'
import { emptyTables } from './empty-tables.ts'
import type { Figure } from './figure.ts'
import { makeEvent } from './make-event.ts'
import { openRawTable } from './raw-transaction.ts'
import { percentile, round } from './statistics.ts'

type Load = { tasks: number; eventsPerTask: number }

const IN_FLIGHT = 64
/** Messages of one batch sent to the bus: below the 256 KB of a Standard message. */
const BATCH = 100

const eventsPerSecond = (load: Load, startedAt: number): number =>
  (load.tasks * load.eventsPerTask * 1000) / (performance.now() - startedAt)

/** The same transactions straight against the table: `IN_FLIGHT` streams at a time, one process. */
const measureRaw = async (cloud: BenchCloud, load: Load): Promise<number> => {
  await emptyTables(cloud.endpoints.storage)
  const table = await openRawTable(cloud.endpoints.storage)
  const run = randomUUID()
  let task = 0
  const work = async (): Promise<void> => {
    while (task < load.tasks) {
      const append = table.createStream(`${run}-${task++}`)
      for (let index = 0; index < load.eventsPerTask; index++) await append()
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  return eventsPerSecond(load, startedAt)
}

const publish = async (cloud: BenchCloud, load: Load): Promise<void> => {
  const client = new ServiceBusClient(cloud.endpoints.serviceBus)
  const sender = client.createSender('agent-events')
  const run = randomUUID()
  for (let index = 0; index < load.eventsPerTask; index++) {
    for (let first = 0; first < load.tasks; first += BATCH) {
      const tasks = Array.from(
        { length: Math.min(BATCH, load.tasks - first) },
        (_, at) => `${run}-${first + at}`,
      )
      await sender.sendMessages(tasks.map((task) => ({ body: makeEvent(task, index), sessionId: task })))
    }
  }
  await client.close()
}

/** Resolves when the gateway has settled everything that was published. */
const waitUntilDrained = async (cloud: BenchCloud): Promise<void> => {
  for (;;) {
    const counts = await cloud.administration.getSubscriptionRuntimeProperties('agent-events', 'gateway')
    if (counts.deadLetterMessageCount > 0)
      throw new Error('Messages were dead-lettered during the measurement.')
    if (counts.activeMessageCount === 0) return
    await delay(50)
  }
}

const measureGateway = async (cloud: BenchCloud, load: Load): Promise<number> => {
  await emptyTables(cloud.endpoints.storage)
  const startedAt = performance.now()
  await publish(cloud, load)
  await waitUntilDrained(cloud)
  return eventsPerSecond(load, startedAt)
}

/** Both sides get warm, then take turns, each with empty tables: a busy machine slows both down. */
const WARM_UP: Load = { tasks: 64, eventsPerTask: 30 }

type Comparison = { load: Load; rounds: number; atLeast: number }

const compare = async (
  cloud: BenchCloud,
  { load, rounds: turns, atLeast }: Comparison,
): Promise<Figure[]> => {
  await measureRaw(cloud, WARM_UP)
  await measureGateway(cloud, WARM_UP)
  const rounds: Array<{ raw: number; gateway: number }> = []
  for (let turn = 0; turn < turns; turn++) {
    const raw = await measureRaw(cloud, load)
    rounds.push({ raw, gateway: await measureGateway(cloud, load) })
  }
  const median = (of: (pair: { raw: number; gateway: number }) => number): number =>
    percentile(rounds.map(of), 0.5)
  const name = `(b) ${load.tasks.toLocaleString('en')} tasks × ${load.eventsPerTask}`
  return [
    {
      name: `${name}: gateway`,
      value: round(
        median(({ gateway }) => gateway),
        0,
      ),
      unit: 'events/s',
    },
    {
      name: `${name}: raw transactions`,
      value: round(
        median(({ raw }) => raw),
        0,
      ),
      unit: 'events/s',
    },
    {
      name: `${name}: ratio`,
      value: round(median(({ raw, gateway }) => gateway / raw)),
      unit: '×',
      bound: { atLeast },
    },
  ]
}

/** (b) Events per second from publish to settlement, beside the same transactions by the same client: few tasks. */
export const measureFewTasks = (cloud: BenchCloud): Promise<Figure[]> =>
  compare(cloud, { load: { tasks: 64, eventsPerTask: 100 }, rounds: 3, atLeast: 0.6 })

/** (b) The same with many tasks of few events. */
export const measureManyTasks = (cloud: BenchCloud): Promise<Figure[]> =>
  compare(cloud, { load: { tasks: 2000, eventsPerTask: 10 }, rounds: 3, atLeast: 0.4 })

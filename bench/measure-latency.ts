import { randomUUID } from 'node:crypto'
import { ServiceBusClient } from '@azure/service-bus'
import type { BenchCloud } from './bench-cloud.ts'
import type { Figure } from './figure.ts'
import { makeEvent } from './make-event.ts'
import { openRawTable } from './raw-transaction.ts'
import { percentile, round } from './statistics.ts'
import { watchSse } from './watch-sse.ts'

const WARM_UP = 100
const SAMPLES = 400

/** Sends one message and resolves when it has arrived. */
type Trip = { once(index: number): Promise<void>; close(): Promise<void> }

const timed = async (work: () => Promise<void>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Calls back each arrival in turn. */
const createArrivals = (): { arrived(): void; next(): Promise<void> } => {
  let waiting = Promise.withResolvers<void>()
  return {
    arrived: () => waiting.resolve(),
    next: async () => {
      await waiting.promise
      waiting = Promise.withResolvers()
    },
  }
}

const openGatewayTrip = async (cloud: BenchCloud, client: ServiceBusClient): Promise<Trip> => {
  const task = `latency-${randomUUID()}`
  const sender = client.createSender('agent-events')
  const arrivals = createArrivals()
  const viewer = watchSse(`${cloud.endpoints.gateway}/stream/${task}`, arrivals.arrived)
  await viewer.opened
  return {
    once: async (index) => {
      await sender.sendMessages({ body: makeEvent(task, index), sessionId: task })
      await arrivals.next()
    },
    close: async () => {
      viewer.close()
      await sender.close()
    },
  }
}

/** The same message through a queue of the same broker, sent and received by the plain SDK in one process. */
const openRawTrip = async (cloud: BenchCloud, client: ServiceBusClient): Promise<Trip> => {
  const queue = 'bench-raw'
  await cloud.administration.createQueue(queue, { requiresSession: true })
  const sender = client.createSender(queue)
  const arrivals = createArrivals()
  const once = async (index: number): Promise<void> => {
    await sender.sendMessages({ body: makeEvent('raw', index), sessionId: 'raw' })
    await arrivals.next()
  }
  const first = once(0)
  const receiver = await client.acceptSession(queue, 'raw')
  receiver.subscribe({ processMessage: async () => arrivals.arrived(), processError: async () => undefined })
  await first
  return {
    once,
    close: async () => {
      await receiver.close()
      await sender.close()
    },
  }
}

type Samples = Record<'bus' | 'transaction' | 'gateway', number[]>

/** One of each in turn, so that nothing queues and whatever else the machine does slows all of them. */
const takeSamples = async (bus: Trip, append: () => Promise<void>, gateway: Trip): Promise<Samples> => {
  const samples: Samples = { bus: [], transaction: [], gateway: [] }
  for (let index = 0; index < WARM_UP + SAMPLES; index++) {
    const taken = {
      bus: await timed(() => bus.once(index)),
      transaction: await timed(append),
      gateway: await timed(() => gateway.once(index)),
    }
    if (index < WARM_UP) continue
    samples.bus.push(taken.bus)
    samples.transaction.push(taken.transaction)
    samples.gateway.push(taken.gateway)
  }
  return samples
}

/** (a) Publish → SSE arrival, beside raw send → receive plus one raw transaction. */
export const measureLatency = async (cloud: BenchCloud): Promise<Figure[]> => {
  const client = new ServiceBusClient(cloud.endpoints.serviceBus)
  const table = await openRawTable(cloud.endpoints.storage)
  const [bus, gateway] = [await openRawTrip(cloud, client), await openGatewayTrip(cloud, client)]
  const samples = await takeSamples(bus, table.createStream(`raw-${randomUUID()}`), gateway)
  await Promise.all([bus.close(), gateway.close()])
  await client.close()
  const p50 = (of: readonly number[]): number => percentile(of, 0.5)
  const raw = p50(samples.bus) + p50(samples.transaction)
  return [
    { name: '(a) publish → SSE p50', value: round(p50(samples.gateway)), unit: 'ms' },
    { name: '(a) publish → SSE p99', value: round(percentile(samples.gateway, 0.99)), unit: 'ms' },
    { name: '(a) raw send → receive p50', value: round(p50(samples.bus)), unit: 'ms' },
    { name: '(a) raw transaction p50', value: round(p50(samples.transaction)), unit: 'ms' },
    { name: '(a) ratio of p50', value: round(p50(samples.gateway) / raw), unit: '×', bound: { atMost: 2 } },
  ]
}

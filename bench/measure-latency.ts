import { randomUUID } from 'node:crypto'
import { ServiceBusClient } from '@azure/service-bus'
import type { BenchCloud } from './bench-cloud.ts'
import type { Figure } from './figure.ts'
import { makeEvent, nowMs } from './make-event.ts'
import { openRawTable } from './raw-transaction.ts'
import { percentile, round } from './statistics.ts'
import { watchSse } from './watch-sse.ts'

const WARM_UP = 100
const SAMPLES = 400

/** Runs one sample after the other, so that nothing queues; the first ones warm everything up. */
const sample = async (once: (index: number) => Promise<number>): Promise<number[]> => {
  const samples: number[] = []
  for (let index = 0; index < WARM_UP + SAMPLES; index++) {
    const elapsed = await once(index)
    if (index >= WARM_UP) samples.push(elapsed)
  }
  return samples
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

const measureGateway = async (cloud: BenchCloud, client: ServiceBusClient): Promise<number[]> => {
  const task = `latency-${randomUUID()}`
  const sender = client.createSender('agent-events')
  const arrivals = createArrivals()
  const viewer = watchSse(`${cloud.endpoints.gateway}/stream/${task}`, arrivals.arrived)
  await viewer.opened
  const samples = await sample(async (index) => {
    const started = nowMs()
    await sender.sendMessages({ body: makeEvent(task, index), sessionId: task })
    await arrivals.next()
    return nowMs() - started
  })
  viewer.close()
  await sender.close()
  return samples
}

/** The same message through a queue of the same broker, sent and received by the plain SDK in one process. */
const measureRawBus = async (cloud: BenchCloud, client: ServiceBusClient): Promise<number[]> => {
  const queue = 'bench-raw'
  await cloud.administration.createQueue(queue, { requiresSession: true })
  const sender = client.createSender(queue)
  await sender.sendMessages({ body: makeEvent('raw', 0), sessionId: 'raw' })
  const receiver = await client.acceptSession(queue, 'raw')
  const arrivals = createArrivals()
  receiver.subscribe({ processMessage: async () => arrivals.arrived(), processError: async () => undefined })
  await arrivals.next()
  const samples = await sample(async (index) => {
    const started = nowMs()
    await sender.sendMessages({ body: makeEvent('raw', index), sessionId: 'raw' })
    await arrivals.next()
    return nowMs() - started
  })
  await receiver.close()
  await sender.close()
  return samples
}

/** (a) Publish → SSE arrival, beside raw send → receive plus one raw transaction. */
export const measureLatency = async (cloud: BenchCloud): Promise<Figure[]> => {
  const client = new ServiceBusClient(cloud.endpoints.serviceBus)
  const table = await openRawTable(cloud.endpoints.storage)
  const bus = await measureRawBus(cloud, client)
  const append = table.createStream(`raw-${randomUUID()}`)
  const transactions = await sample(async () => {
    const started = nowMs()
    await append()
    return nowMs() - started
  })
  const gateway = await measureGateway(cloud, client)
  await client.close()
  const raw = percentile(bus, 0.5) + percentile(transactions, 0.5)
  return [
    { name: '(a) publish → SSE p50', value: round(percentile(gateway, 0.5)), unit: 'ms' },
    { name: '(a) publish → SSE p99', value: round(percentile(gateway, 0.99)), unit: 'ms' },
    { name: '(a) raw send → receive p50', value: round(percentile(bus, 0.5)), unit: 'ms' },
    { name: '(a) raw transaction p50', value: round(percentile(transactions, 0.5)), unit: 'ms' },
    {
      name: '(a) ratio of p50',
      value: round(percentile(gateway, 0.5) / raw),
      unit: '×',
      bound: { atMost: 2 },
    },
  ]
}

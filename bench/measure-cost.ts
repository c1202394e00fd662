import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceBusClient } from '@azure/service-bus'
import type { BenchCloud } from './bench-cloud.ts'
import type { Figure } from './figure.ts'
import { makeEvent } from './make-event.ts'
import { readMeters, resetMeters } from './read-meters.ts'
import { round } from './statistics.ts'
import { watchSse } from './watch-sse.ts'

/**
 * Prices in US dollars beyond the free grants (public price lists, 2026; check before you rely on them): Service Bus
 * Standard operations, Table operations, Web PubSub messages of 2 KB, Functions Flex executions and GB-seconds.
 */
const PRICE = {
  busOperation: 0.8e-6,
  tableOperation: 0.036e-6,
  pubSubMessage: 1e-6,
  execution: 0.4e-6,
  gigabyteSecond: 26e-6,
}
const INSTANCE_GIGABYTES = 2
/** Executions that one instance runs at once (host.json: maxConcurrentSessions). */
const CONCURRENCY = 256
const TASKS = 20
const EVENTS = 100

const publish = async (cloud: BenchCloud): Promise<void> => {
  const client = new ServiceBusClient(cloud.endpoints.serviceBus)
  const sender = client.createSender('agent-events')
  const run = randomUUID()
  const seen = Array.from({ length: TASKS }, () => 0)
  const viewers = seen.map((_, task) =>
    watchSse(
      `${cloud.endpoints.gateway}/stream/${run}-${task}`,
      () => void (seen[task] = (seen[task] ?? 0) + 1),
    ),
  )
  await Promise.all(viewers.map(({ opened }) => opened))
  await resetMeters(cloud)
  for (let index = 0; index < EVENTS; index++) {
    await Promise.all(
      seen.map((_, task) =>
        sender.sendMessages({ body: makeEvent(`${run}-${task}`, index), sessionId: `${run}-${task}` }),
      ),
    )
  }
  while (seen.some((count) => count < EVENTS)) await delay(20)
  for (const viewer of viewers) viewer.close()
  await client.close()
}

/** (f) Billable operations of one event of 1 KB with one viewer, from the meters of the local services. */
export const measureCost = async (cloud: BenchCloud): Promise<Figure[]> => {
  await publish(cloud)
  const { serviceBus, table, webPubSub, host } = await readMeters(cloud)
  const each = (total: number): number => total / (TASKS * EVENTS)
  const executionMs = host.operations['execution-ms.events_ingest'] ?? 0
  const executions = host.operations['executions.events_ingest'] ?? 0
  const gigabyteSeconds = (executionMs / 1000 / CONCURRENCY) * INSTANCE_GIGABYTES
  const perMillion =
    1e6 *
    (each(serviceBus.total) * PRICE.busOperation +
      each(table.total) * PRICE.tableOperation +
      each(webPubSub.total) * PRICE.pubSubMessage +
      each(executions) * PRICE.execution +
      each(gigabyteSeconds) * PRICE.gigabyteSecond)
  return [
    { name: '(f) Service Bus operations an event', value: round(each(serviceBus.total)), unit: 'operations' },
    { name: '(f) table operations an event', value: round(each(table.total)), unit: 'operations' },
    { name: '(f) Web PubSub messages an event', value: round(each(webPubSub.total)), unit: 'messages' },
    { name: '(f) executions an event', value: round(each(executions)), unit: 'executions' },
    { name: '(f) cost of a million events', value: round(perMillion), unit: 'USD' },
  ]
}

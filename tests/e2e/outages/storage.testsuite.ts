import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceBusClient, ServiceBusMessage } from '@azure/service-bus'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { createAdministrationClient } from '../../../local/cloud/create-administration-client.ts'
import { listDeadLetters } from '../support/dead-letters.ts'
import { publishSteadily } from '../support/publish-steadily.ts'
import { createAgent } from '../support/publish.ts'
import { readHealth } from '../support/read-health.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

const TASKS = 8
const OUTAGE_MS = 30_000

const TablesFile = z.object({
  collections: z.array(z.object({ data: z.array(z.looseObject({ PartitionKey: z.string().optional() })) })),
})

/** How many rows of a partition Azurite has on disk: it answers before it writes, every 5 s. */
const countOnDisk = (cloud: TestCloud, partitionKey: string): number => {
  const file = readFileSync(join(cloud.data, 'storage/tables.json'), 'utf8')
  const { collections } = TablesFile.parse(JSON.parse(file))
  return collections.flatMap(({ data }) => data).filter(({ PartitionKey }) => PartitionKey === partitionKey)
    .length
}

const send = async (bus: ServiceBusClient, entity: string, message: ServiceBusMessage): Promise<void> => {
  const sender = bus.createSender(entity)
  await sender.sendMessages(message)
  await sender.close()
}

/** Messages of a queue that are not done with yet, dead ones included. */
const countMessages = async ({ endpoints }: TestCloud, queue: string): Promise<number> => {
  const administration = createAdministrationClient(endpoints.serviceBus, endpoints.serviceBusManagement)
  return (await administration.getQueueRuntimeProperties(queue)).totalMessageCount ?? 0
}

/** The storage is gone while agents talk. */
export const testStorage = (cloud: () => TestCloud): void => {
  test('the storage is away for 30 s under load and killed: no dead letter, everything in order', async () => {
    const streams = upTo(TASKS).map(() => {
      const task = randomUUID()
      return { task, agent: createAgent(cloud(), { task }), viewer: watchTask(cloud(), task) }
    })
    for (const { agent } of streams) await agent.sayAll(upTo(5).map(() => ({})))
    for (const { viewer } of streams) await viewer.seen(5)

    const { host, serviceBus, storage } = cloud().controls
    for (const operation of ['table', 'blob']) await storage.fault({ operation, action: 'unavailable' })
    const talks = streams.map(({ agent }) => publishSteadily(agent))
    expect(await readHealth(cloud())).toMatchObject({
      http: 503,
      status: 'unhealthy',
      connections: { asb: 'connected', storage: 'disconnected', web_pubsub: 'connected' },
    })
    for (const { advance } of [host, serviceBus]) await advance(OUTAGE_MS)
    // The state, five events, five producer keys.
    await until('everything that was acknowledged is on disk', () =>
      streams.every(({ task }) => countOnDisk(cloud(), task) === 11),
    )
    process.kill(cloud().storage.pid() ?? 0, 'SIGKILL')

    await Promise.all(
      streams.map(async ({ task, agent, viewer }, index) => {
        await viewer.seen(10)
        const published = (await talks[index]?.stop()) ?? 0
        await agent.finish()
        expect(seqs(await viewer.over)).toEqual(upTo(5 + published + 1))
        expect(viewer.events.map(({ event_index }) => event_index)).toEqual(upTo(5 + published + 1))
        expect(await listDeadLetters(cloud(), { task_id: task })).toEqual([])
      }),
    )
  })

  test('what Service Bus dead-lettered, and a sweep, wait for a storage that is away', async () => {
    const { controls, bus } = cloud()
    for (const operation of ['table', 'blob'])
      await controls.storage.fault({ operation, action: 'unavailable' })
    const bucket = `stream-2026112010-00.${randomUUID()}`
    const messageId = randomUUID()
    await send(bus, 'sweeps', { body: { bucket } })
    await send(bus, 'agent-events', { body: 'without a session', messageId })
    const looked = async (): Promise<number> => (await controls.storage.meter())['table.list'] ?? 0
    const before = await looked()
    await until('the sweep was tried five times', async () => (await looked()) >= before + 5)
    await controls.storage.clear()
    const letter = await until('the message is in quarantine', async () => {
      const letters = await listDeadLetters(cloud())
      return letters.find(({ message_id: id }) => id === messageId)
    })
    expect(letter['delivery_count']).toBe(1)
    await until('the sweep is done', async () => (await countMessages(cloud(), 'sweeps')) === 0)
    expect(await listDeadLetters(cloud(), { entity: 'sweeps' })).toEqual([])
  })
}

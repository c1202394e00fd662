import { randomUUID } from 'node:crypto'
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromTopology } from '../../../local/service-bus/config/from-topology.ts'
import { parseConfig } from '../../../local/service-bus/config/read-config.ts'
import { type RunningServiceBus, startServiceBus } from '../../../local/service-bus/start.ts'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createCollectParts } from '../../../shared/a2a/bus/collect-parts.ts'
import { decodeMessage } from '../../../shared/a2a/bus/decode-message.ts'
import { encodeResponse, laneOf } from '../../../shared/a2a/bus/encode-message.ts'
import { packResponses } from '../../../shared/a2a/bus/pack-responses.ts'
import { type MessagePublisher, createMessagePublisher } from '../../../shared/a2a/bus/message-publisher.ts'
import { createReceiveMessage } from '../../../shared/a2a/bus/receive-message.ts'
import { connectFolder } from '../../../shared/azure/blobs/connect-folder.ts'
import { openBus } from '../../../shared/azure/service-bus/open-bus.ts'
import { MessageEnvelope } from '../../../shared/contract/a2a/envelope.ts'
import { A2A_REQUESTS, A2A_RESPONSES, topologyOf } from '../../../shared/contract/topology.ts'
import { createManualClock } from '../../fixtures/manual-clock.ts'
import { range } from '../../support/publish.ts'

const MIB = 1024 * 1024
const AS_SENT = { skipParsingBodyAsJson: true }

let broker: RunningServiceBus
let storage: RunningStorage
let client: ServiceBusClient
let publisher: MessagePublisher

const entities = () => {
  const [a, b] = [topologyOf({ proxyId: 'a' }), topologyOf({ proxyId: 'b', subscription: 'gateway-b' })]
  const topics = a.topics.map(({ name, subscriptions }, index) => ({
    name,
    subscriptions: [...subscriptions, ...(b.topics[index]?.subscriptions ?? [])],
  }))
  return parseConfig(fromTopology({ ...a, topics }), 'the topology')
}

beforeAll(async () => {
  storage = await startStorage({})
  broker = await startServiceBus({ port: 0, namespace: entities() })
  client = new ServiceBusClient(broker.connectionString)
  const { sendAll } = openBus({ connectionString: broker.connectionString })
  publisher = createMessagePublisher({ sendAll, clock: createManualClock(Date.now()) })
})
afterAll(async () => {
  await client.close()
  await broker.stop()
  await storage.stop()
})

const envelope = (members: Partial<MessageEnvelope> = {}): MessageEnvelope =>
  MessageEnvelope.parse({
    correlation_id: randomUUID(),
    to_agent: 'echo',
    timestamp: Date.now(),
    from_proxy: 'a',
    to_proxy: 'b',
    ...members,
  })

const folder = () => connectFolder({ connectionString: storage.connectionString }, `parts-${randomUUID()}`)

const responsesIn = (body: Uint8Array): unknown[] => {
  const decoded = decodeMessage(body)
  if ('rejection' in decoded) return [decoded]
  const { more = [], ...first } = decoded
  return [first, ...more]
}

const take = async (
  receiver: {
    receiveMessages(count: number, options: { maxWaitTimeInMs: number }): Promise<ServiceBusReceivedMessage[]>
    completeMessage(message: ServiceBusReceivedMessage): Promise<void>
  },
  count: number,
): Promise<ServiceBusReceivedMessage[]> => {
  const taken: ServiceBusReceivedMessage[] = []
  while (taken.length < count) {
    const messages = await receiver.receiveMessages(count - taken.length, { maxWaitTimeInMs: 10_000 })
    if (messages.length === 0) break
    for (const message of messages) await receiver.completeMessage(message)
    taken.push(...messages)
  }
  return taken
}

test('a request reaches the deployment that it is for, and no other', async () => {
  const forB = envelope()
  const forA = envelope({ to_proxy: 'a', from_proxy: 'b' })
  await publisher.publishRequest(forB, '{"n": 1.0}')
  await publisher.publishRequest(forA, '{}')
  for (const [id, sent, payload] of [
    ['a', forA, '{}'],
    ['b', forB, '{"n": 1.0}'],
  ] as const) {
    const receiver = client.createReceiver(A2A_REQUESTS, `proxy-${id}`, AS_SENT)
    const [message] = await take(receiver, 1)
    expect(decodeMessage(message?.body)).toEqual({ envelope: sent, payload })
    expect(await receiver.peekMessages(1)).toEqual([])
    await receiver.close()
  }
})

test('a request for later is held until then', async () => {
  const sent = envelope()
  const receiver = client.createReceiver(A2A_REQUESTS, 'proxy-b', AS_SENT)
  await publisher.publishRequest(sent, '{}', { delayMs: 60_000 })
  expect(await receiver.peekMessages(1)).toEqual([])
  broker.clock.advance(60_000)
  const [message] = await take(receiver, 1)
  expect(decodeMessage(message?.body)).toEqual({ envelope: sent, payload: '{}' })
  await receiver.close()
})

test('responses come in order in the lane of their call, whatever their size', async () => {
  const { correlation_id } = envelope()
  const sent = range(0, 30).map((sequence) => ({
    envelope: envelope({ correlation_id, to_proxy: 'a', from_proxy: 'b', sequence }),
    payload: JSON.stringify({ result: 'x'.repeat(sequence % 7 === 6 ? MIB : 20_000 * (sequence % 4)) }),
    ...(sequence % 2 === 0 ? {} : { original: `{"kind" : ${sequence}}` }),
  }))
  await publisher.publishResponses(sent)
  const receiver = await client.acceptSession(A2A_RESPONSES, 'proxy-a', laneOf(correlation_id), AS_SENT)
  const collect = createCollectParts(folder())
  const heard: unknown[] = []
  for (const message of await take(receiver, packResponses(sent).length)) {
    const whole = await collect(message.body, message.applicationProperties ?? {})
    if (whole === undefined) continue
    heard.push(...responsesIn(whole.body))
    await whole.done()
  }
  expect(heard).toEqual(sent)
  await receiver.close()
})

test('parts make a whole in any order, repeated, in any process; nothing is left of them', async () => {
  const payload = JSON.stringify({ result: randomUUID().repeat(20_000) })
  const parts = encodeResponse({ envelope: envelope(), payload })
  expect(parts).toHaveLength(4)
  const Order = fc.shuffledSubarray([...parts.keys(), ...parts.keys()], { minLength: 4 })
  await fc.assert(
    fc.asyncProperty(Order, async (order) => {
      const blobs = folder()
      const seen = new Set<number>()
      for (const index of order) {
        const part = parts[index]
        if (part === undefined) continue
        seen.add(index)
        const collect = createCollectParts(blobs)
        const whole = await collect(part.body, part.applicationProperties)
        expect(whole !== undefined).toBe(seen.size === parts.length)
        if (whole === undefined) continue
        expect(decodeMessage(whole.body)).toMatchObject({ payload })
        // Not done yet: a process that dies here gets the part again, and the whole with it.
        expect((await collect(part.body, part.applicationProperties))?.body).toEqual(whole.body)
        await whole.done()
        expect(await blobs.list('')).toEqual([])
        return
      }
    }),
    { numRuns: 15 },
  )
})

test('parts that come at the same time make one whole', async () => {
  const collect = createCollectParts(folder())
  const parts = range(0, 12).map((part) =>
    collect(Buffer.from(String.fromCharCode(97 + part)), { partOf: 'm', part, parts: 12 }),
  )
  const wholes = (await Promise.all(parts)).filter((whole) => whole !== undefined)
  expect(wholes.map(({ body }) => String(body))).toEqual(['abcdefghijkl'])
})

test('the parts of one message do not count for another', async () => {
  const collect = createCollectParts(folder())
  const part = (partOf: string, index: number) =>
    collect(Buffer.from(String(index)), { partOf, part: index, parts: 2 })
  expect(await part('m', 0)).toBeUndefined()
  expect(await part('m~', 1)).toBeUndefined()
  expect(await part('m1', 1)).toBeUndefined()
  const whole = await part('m', 1)
  expect(String(whole?.body)).toBe('01')
})

test('work is done once the message is whole; what cannot be read is put aside', async () => {
  const worked: string[] = []
  const aside: string[] = []
  let fails = true
  const receive = createReceiveMessage({
    proxyId: envelope().to_proxy,
    collectParts: createCollectParts(folder()),
    putAside: async (_message, description) => void aside.push(description),
    work: async ({ payload }) => {
      if (fails) throw new Error('The storage is away.')
      worked.push(payload)
    },
  })
  const payload = JSON.stringify({ result: 'x'.repeat(300_000) })
  const [first, second] = encodeResponse({ envelope: envelope(), payload })
  if (first === undefined || second === undefined) throw new Error('There are two parts.')
  await receive(first)
  await expect(receive(second)).rejects.toThrow('away')
  fails = false
  await receive(second)
  expect(worked).toEqual([payload])
  await receive({ body: Buffer.from('[]'), applicationProperties: {} })
  expect(aside).toEqual([expect.stringContaining('no JSON object')])
})

test('what is for another deployment is left to it', async () => {
  const worked: string[] = []
  const receive = createReceiveMessage({
    proxyId: 'another',
    collectParts: createCollectParts(folder()),
    putAside: async (_message, description) => void worked.push(description),
    work: async ({ payload }) => void worked.push(payload),
  })
  const [message] = encodeResponse({ envelope: envelope(), payload: '{"result":1}' })
  if (message === undefined) throw new Error('There is a message.')
  await receive(message)
  expect(worked).toEqual([])
})

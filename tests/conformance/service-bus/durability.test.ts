import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus'
import { afterAll, describe, expect, test } from 'vitest'
import { bodiesOf, receive, receiveOne } from './support/entities.ts'
import { emulatorFile, type Program, usePrograms } from './support/program.ts'

const { run, config, path } = usePrograms()

const FILE = config(
  'config.json',
  emulatorFile({
    Queues: [
      { Name: 'q', Properties: { MaxDeliveryCount: 3 } },
      { Name: 'other' },
      { Name: 'sessions', Properties: { RequiresSession: true } },
      { Name: 'once', Properties: { RequiresDuplicateDetection: true } },
      { Name: 'timed', Properties: { DeadLetteringOnMessageExpiration: true } },
    ],
    Topics: [
      {
        Name: 't',
        Subscriptions: [{ Name: 's' }, { Name: 'session', Properties: { RequiresSession: true } }],
      },
    ],
  }),
)

const clients: ServiceBusClient[] = []
afterAll(() => Promise.all(clients.map((client) => client.close())))

type Started = { program: Program; client: ServiceBusClient; managementPort: number | undefined }

const start = async (data: string): Promise<Started> => {
  const program = run('--port', '0', '--management-port', '0', '--config', FILE, '--data', path(data))
  const { connectionString, managementPort } = await program.ready
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } })
  clients.push(client)
  return { program, client, managementPort }
}

/** Kills the program as a power cut would, and starts another one on its data. */
const restart = async (data: string, { program }: Started): Promise<Started> => {
  program.kill('SIGKILL')
  await program.ended
  return start(data)
}

const numberOf = ({ sequenceNumber }: ServiceBusReceivedMessage) => {
  if (sequenceNumber === undefined) throw new Error('A received message has a sequence number.')
  return sequenceNumber
}

describe('with --data, kill -9 does not lose', () => {
  test('active, deferred and dead-lettered messages, delivery counts and properties', async () => {
    const before = await start('states')
    const bodies = ['active', 'deferred', 'dead', 'abandoned', 'completed', 'locked'].map((body) => ({
      body,
    }))
    await before.client.createSender('q').sendMessages(bodies)
    const receiver = before.client.createReceiver('q')
    const [active, deferred, dead, abandoned, completed] = await receive(receiver, 6)
    if (!active || !deferred || !dead || !abandoned || !completed) throw new Error('Six messages were sent.')
    await receiver.deferMessage(deferred, { why: 'later' })
    await receiver.deadLetterMessage(dead, { deadLetterReason: 'r', deadLetterErrorDescription: 'd' })
    await receiver.completeMessage(completed)
    await receiver.abandonMessage(abandoned, { tried: 1 })
    const after = await restart('states', before)
    const again = after.client.createReceiver('q')
    const messages = await receive(again, 3)
    expect(bodiesOf(messages)).toEqual(['active', 'abandoned', 'locked'])
    expect(messages.map(({ deliveryCount }) => deliveryCount)).toEqual([0, 1, 0])
    expect(messages.map(numberOf).map((number) => number.toNumber())).toEqual([1, 4, 6])
    expect(messages[1]?.applicationProperties).toEqual({ tried: 1 })
    const [recalled] = await again.receiveDeferredMessages(numberOf(deferred))
    expect(recalled).toMatchObject({ body: 'deferred', applicationProperties: { why: 'later' } })
    expect(await receiveOne(after.client.createReceiver('q', { subQueueType: 'deadLetter' }))).toMatchObject({
      body: 'dead',
      deadLetterReason: 'r',
      deadLetterErrorDescription: 'd',
    })
  })

  test('what was sent last, nor gives a number twice', async () => {
    let broker = await start('numbers')
    for (let round = 0; round < 3; round++) {
      const sender = broker.client.createSender('q')
      await sender.sendMessages({ body: round })
      const receiver = broker.client.createReceiver('q')
      const message = await receiveOne(receiver)
      expect([message.body, numberOf(message).toNumber()]).toEqual([round, round + 1])
      await receiver.completeMessage(message)
      broker = await restart('numbers', broker)
    }
  })

  test('scheduled messages of queues and topics, nor their cancellation', async () => {
    const before = await start('scheduled')
    const at = new Date(Date.now() + 600_000)
    const sender = before.client.createSender('q')
    const numbers = await sender.scheduleMessages([{ body: 'kept' }, { body: 'cancelled' }], at)
    await sender.cancelScheduledMessages(numbers.slice(1))
    await before.client.createSender('t').scheduleMessages({ body: 'to all' }, at)
    const after = await restart('scheduled', before)
    await fetch(`http://127.0.0.1:${after.managementPort}/__local/clock`, {
      method: 'POST',
      body: JSON.stringify({ advanceMs: 601_000 }),
    })
    const receiver = after.client.createReceiver('q')
    expect((await receiveOne(receiver)).body).toBe('kept')
    expect(await receiver.peekMessages(10)).toHaveLength(1)
    expect((await receiveOne(after.client.createReceiver('t', 's'))).body).toBe('to all')
  })

  test('sessions, their order and their state', async () => {
    const before = await start('sessions')
    const messages = ['a', 'b', 'a', 'b'].map((sessionId, body) => ({ body, sessionId }))
    await before.client.createSender('sessions').sendMessages(messages)
    const holder = await before.client.acceptSession('sessions', 'a')
    await holder.setSessionState({ step: 1 })
    await receive(holder, 2)
    const after = await restart('sessions', before)
    const a = await after.client.acceptSession('sessions', 'a')
    expect(await a.getSessionState()).toEqual({ step: 1 })
    expect(bodiesOf(await receive(a, 2))).toEqual([0, 2])
    const b = await after.client.acceptNextSession('sessions')
    expect([b.sessionId, bodiesOf(await receive(b, 2))]).toEqual(['b', [1, 3]])
  })

  test('the copies of a topic, and rules that changed at run time', async () => {
    const before = await start('rules')
    const rules = before.client.createRuleManager('t', 's')
    await rules.createRule(
      'only',
      { applicationProperties: { kind: 'wanted' } },
      { sqlExpression: "SET seen = 'yes'" },
    )
    await rules.deleteRule('$Default')
    const after = await restart('rules', before)
    await after.client
      .createSender('t')
      .sendMessages(
        ['wanted', 'other'].map((kind) => ({ body: kind, sessionId: 'a', applicationProperties: { kind } })),
      )
    const receiver = after.client.createReceiver('t', 's')
    expect(await receiveOne(receiver)).toMatchObject({
      body: 'wanted',
      applicationProperties: { seen: 'yes' },
    })
    const last = await restart('rules', after)
    expect(bodiesOf(await receive(await last.client.acceptNextSession('t', 'session'), 2))).toEqual([
      'wanted',
      'other',
    ])
    expect(await last.client.createReceiver('t', 's').peekMessages(10)).toHaveLength(1)
  })

  test('what duplicate detection has seen', async () => {
    const before = await start('duplicates')
    await before.client.createSender('once').sendMessages({ body: 1, messageId: 'same' })
    const after = await restart('duplicates', before)
    await after.client.createSender('once').sendMessages([
      { body: 2, messageId: 'same' },
      { body: 3, messageId: 'new' },
    ])
    expect(bodiesOf(await receive(after.client.createReceiver('once'), 2))).toEqual([1, 3])
  })

  test('any acknowledged message under load', async () => {
    const before = await start('load')
    const acknowledged = new Set<number>()
    const sender = before.client.createSender('q')
    const half = Promise.withResolvers<void>()
    for (let body = 0; body < 400; body++) {
      sender.sendMessages({ body }).then(
        () => {
          acknowledged.add(body)
          if (acknowledged.size === 200) half.resolve()
        },
        () => undefined,
      )
    }
    await half.promise
    const after = await restart('load', before)
    expect(acknowledged.size).toBeGreaterThanOrEqual(200)
    const kept = new Set<unknown>()
    const receiver = after.client.createReceiver('q')
    for (
      let page = await receiver.peekMessages(250);
      page.length > 0;
      page = await receiver.peekMessages(250)
    ) {
      for (const { body } of page) kept.add(body)
    }
    expect([...acknowledged].filter((body) => !kept.has(body))).toEqual([])
  })

  test('the end of a time to live that came while it was down', async () => {
    const before = await start('timed')
    await before.client.createSender('timed').sendMessages({ body: 1, timeToLive: 1 })
    const after = await restart('timed', before)
    const dead = await receiveOne(after.client.createReceiver('timed', { subQueueType: 'deadLetter' }))
    expect(dead.deadLetterReason).toBe('TTLExpiredException')
  })
})

test('a receiver that is subscribed goes on by itself when the broker is back', async () => {
  const first = run('--port', '0', '--config', FILE, '--data', path('back'))
  const { port, connectionString } = await first.ready
  const client = new ServiceBusClient(connectionString, { retryOptions: { retryDelayInMs: 50 } })
  clients.push(client)
  const bodies: unknown[] = []
  client.createReceiver('q').subscribe({
    processMessage: async ({ body }) => void bodies.push(body),
    processError: () => Promise.resolve(),
  })
  await client.createSender('q').sendMessages({ body: 'before' })
  await expect.poll(() => bodies).toEqual(['before'])
  first.kill('SIGKILL')
  await first.ended
  await run('--port', String(port), '--config', FILE, '--data', path('back')).ready
  const other = new ServiceBusClient(connectionString)
  clients.push(other)
  await other.createSender('q').sendMessages({ body: 'after' })
  await expect.poll(() => bodies.includes('after'), { timeout: 10_000 }).toBe(true)
})

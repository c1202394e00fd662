import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBroker, type TestBroker } from './broker.ts'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app, trigger, type InvocationContext } from '@azure/functions'

const connection = 'BUS'
const show = (name: string) => (message: unknown, context: InvocationContext) => {
  context.log(name + ' ' + JSON.stringify({ message, metadata: context.triggerMetadata }))
}
app.serviceBusQueue('plain', { connection, queueName: '%PLAIN_QUEUE%', handler: show('plain') })
app.serviceBusTopic('topic', { connection, topicName: 'news', subscriptionName: 'reader', handler: show('topic') })
app.serviceBusQueue('dead', { connection, queueName: 'failing/$DeadLetterQueue', handler: show('dead') })
app.serviceBusQueue('failing', {
  connection,
  queueName: 'failing',
  handler: (message, context) => {
    context.log('failing delivery ' + context.triggerMetadata?.deliveryCount)
    throw new Error('no')
  },
})
app.generic('binary', {
  trigger: trigger.generic({ type: 'serviceBusTrigger', connection, queueName: 'binary', dataType: 'binary' } as never),
  handler: (message: Buffer, context: InvocationContext) => { context.log('binary ' + Buffer.isBuffer(message) + ' ' + message.toString('hex')) },
} as never)
app.generic('manual', {
  trigger: trigger.generic({ type: 'serviceBusTrigger', connection, queueName: 'manual', autoCompleteMessages: false } as never),
  handler: (message: unknown, context: InvocationContext) => { context.log('manual delivery ' + context.triggerMetadata?.deliveryCount) },
} as never)

const held = new Map<string, () => void>()
const hold = (key: string) => new Promise<void>((resolve) => { held.set(key, resolve); console.log('holds ' + key) })
app.http('release', { authLevel: 'anonymous', handler: async (request) => { held.get(request.query.get('key') ?? '')?.(); return { status: 200 } } })

app.serviceBusQueue('slow', { connection, queueName: 'slow', handler: async (message) => { await hold(String(message)) } })
app.serviceBusQueue('limited', {
  connection,
  queueName: 'limited',
  handler: async (message, context) => {
    context.log('limited delivery ' + context.triggerMetadata?.deliveryCount)
    await hold(String(message))
  },
})
app.serviceBusQueue('crash', {
  connection,
  queueName: 'crash',
  handler: async (message, context) => {
    context.log('crash delivery ' + context.triggerMetadata?.deliveryCount)
    if (Number(context.triggerMetadata?.deliveryCount) <= 2) process.exit(3)
  },
})
let both: PromiseWithResolvers<void> | undefined
let arrived = 0
app.serviceBusQueue('mixed', {
  connection,
  queueName: 'mixed',
  handler: async (message, context) => {
    both ??= Promise.withResolvers<void>()
    if (++arrived === 10) both.resolve()
    await both.promise
    context.log('mixed ' + message + ' ' + context.triggerMetadata?.deliveryCount)
    if (Number(message) % 2 === 0 && context.triggerMetadata?.deliveryCount === 1) throw new Error('even')
  },
})
let counted = 0
app.serviceBusQueue('many', { connection, queueName: 'bulk', handler: () => { if (++counted % 1000 === 0) console.log('counted ' + counted) } })
`

let broker: TestBroker
let host: Fixture
beforeAll(async () => {
  broker = await startBroker({
    plain: {},
    failing: { MaxDeliveryCount: 3 },
    binary: {},
    manual: { LockDuration: 'PT1M' },
    slow: { LockDuration: 'PT1M' },
    crash: {},
    limited: { LockDuration: 'PT1M' },
    mixed: {},
    bulk: {},
  })
  host = await startFixture(SOURCE, {
    env: { AzureWebJobsBUS: broker.connectionString, PLAIN_QUEUE: 'plain' },
    hostJson: { extensions: { serviceBus: { maxConcurrentCalls: 10 } } },
  })
})
afterAll(async () => {
  await host.stop()
  await broker.stop()
})

const shown = async (
  name: string,
  pattern = /./,
): Promise<{ message: unknown; metadata: Record<string, unknown> }> => {
  const line = await host.logged(new RegExp(`^${name} .*${pattern.source}`))
  return JSON.parse(line.message.slice(name.length + 1))
}
const release = (key: string): Promise<Response> => fetch(`${host.url}/api/release?key=${key}`)

describe('a message', () => {
  test('reaches the function with all the metadata that Azure gives', async () => {
    await broker.send('plain', {
      body: { kind: 'first' },
      messageId: 'm-1',
      correlationId: 'c-1',
      subject: 's-1',
      contentType: 'application/json',
      replyTo: 'r-1',
      to: 't-1',
      applicationProperties: { Kind: 'upper', count: 3 },
    })
    const { message, metadata } = await shown('plain', /first/)
    expect(message).toEqual({ kind: 'first' })
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/)
    const offset = expect.stringMatching(/^\d{4}-.*\+00:00$/)
    expect(metadata).toMatchObject({
      deliveryCount: 1,
      lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      messageId: 'm-1',
      correlationId: 'c-1',
      subject: 's-1',
      label: 's-1',
      contentType: 'application/json',
      replyTo: 'r-1',
      to: 't-1',
      sequenceNumber: expect.any(Number),
      enqueuedTimeUtc: time,
      enqueuedTime: offset,
      expiresAtUtc: time,
      expiresAt: offset,
      applicationProperties: { kind: 'upper', count: 3 },
      userProperties: { kind: 'upper', count: 3 },
      messageReceiver: {},
      sys: { methodName: 'plain' },
    })
    expect(await broker.peek('plain')).toEqual([])
  })

  test('has its metadata parsed as JSON, whatever it was', async () => {
    await broker.send('plain', {
      body: 'typed',
      messageId: '1234',
      correlationId: 'true',
      subject: '123e4567',
    })
    const { metadata } = await shown('plain', /typed/)
    expect(metadata).toMatchObject({ messageId: 1234, correlationId: true, subject: null })
  })

  test('is parsed as JSON where it can be and stays text elsewhere', async () => {
    await broker.send('plain', { body: Buffer.from('plain words') }, { body: Buffer.from('42') })
    expect((await shown('plain', /plain words/)).message).toBe('plain words')
    expect((await shown('plain', /"message":42/)).message).toBe(42)
  })

  test('with a JSON body replaces metadata of the same name in any case', async () => {
    await broker.send('plain', {
      body: { MESSAGEID: 'forged', deliveryCount: 99, sessionId: 's', list: [1], marker: 'forger' },
      messageId: 'real',
    })
    const { metadata } = await shown('plain', /forger/)
    expect(metadata).toMatchObject({
      messageId: 'forged',
      deliveryCount: 99,
      sessionId: 's',
      marker: 'forger',
    })
    expect(metadata).not.toHaveProperty('list')
  })

  test('reaches a function as bytes when it asks for them', async () => {
    await broker.send('binary', { body: Buffer.from([0, 255, 128]) })
    await host.logged(/^binary true 00ff80$/)
  })

  test('reaches a subscription of a topic', async () => {
    await broker.send('news', { body: 'headline' })
    expect((await shown('topic')).message).toBe('headline')
  })
})

describe('settlement', () => {
  test('a failing function gives the message back until it is a dead letter', async () => {
    await broker.send('failing', { body: 'poison' })
    for (const count of [1, 2, 3]) await host.logged(new RegExp(`^failing delivery ${count}$`))
    const { metadata } = await shown('dead')
    expect(metadata).toMatchObject({
      applicationProperties: { deadLetterReason: 'MaxDeliveryCountExceeded' },
    })
  })

  test('messages of one moment with different outcomes are settled each in its own way', async () => {
    const bodies = Array.from({ length: 10 }, (_, index) => index)
    await broker.send('mixed', ...bodies.map((body) => ({ body })))
    for (const body of bodies) await host.logged(new RegExp(`^mixed ${body} 1$`))
    for (const body of [0, 2, 4, 6, 8]) await host.logged(new RegExp(`^mixed ${body} 2$`))
    const lines = host.logs.filter(({ message }) => message.startsWith('mixed '))
    expect(lines).toHaveLength(15)
  })

  test('without auto-complete the message comes again when its lock has expired', async () => {
    await broker.send('manual', { body: 'kept' })
    await host.logged(/^manual delivery 1$/)
    expect(await broker.peek('manual')).toEqual(['"kept"'])
    broker.service().clock.advance(61_000)
    await host.logged(/^manual delivery 2$/)
  })

  test('a message whose process ended comes again; it waits for a process that pauses in a crash loop', async () => {
    await broker.send('crash', { body: 'x' })
    await host.logged(/^crash delivery 1$/)
    await host.logged(/^crash delivery 2$/)
    expect(await host.logged(/exit code 3.*starts again in 250 ms/)).toMatchObject({ process: 'app' })
    await host.settled('crash', 2)
    host.controls.clock.advance(250)
    await host.logged(/^crash delivery 3$/)
  })

  test('a dropped settlement leaves the message locked until it expires', async () => {
    host.controls.faults.add({ operation: 'settle', target: 'plain', action: 'drop', count: 1 })
    await broker.send('plain', { body: 'unsettled' })
    expect((await shown('plain', /unsettled/)).metadata).toMatchObject({ deliveryCount: 1 })
    broker.service().clock.advance(301_000)
    expect((await shown('plain', /unsettled.*"deliveryCount":2/)).metadata).toMatchObject({
      deliveryCount: 2,
    })
  })
})

describe('concurrency', () => {
  test('is bounded by maxConcurrentCalls', async () => {
    const bodies = Array.from({ length: 11 }, (_, index) => `slow-${index}`)
    await broker.send('slow', ...bodies.map((body) => ({ body })))
    for (const body of bodies.slice(0, 10)) await host.logged(new RegExp(`^holds ${body}$`))
    expect(host.logs.some(({ message }) => message === 'holds slow-10')).toBe(false)
    await release('slow-0')
    await host.logged(/^holds slow-10$/)
    for (const body of bodies) await release(body)
  })

  test('carries thousands of messages, each once', async () => {
    for (let batch = 0; batch < 4; batch++) {
      await broker.send('bulk', ...Array.from({ length: 500 }, () => ({ body: 'x' })))
    }
    await host.logged(/^counted 2000$/)
    await host.settled('many', 2000)
    expect(host.controls.meter.read().operations).toMatchObject({ 'executions.many': 2000 })
    expect(await broker.peek('bulk')).toEqual([])
  })
})

describe('a lock', () => {
  test('is renewed while the function works, so that the message is not delivered twice', async () => {
    await broker.send('slow', { body: 'long', messageId: 'long' })
    await host.logged(/^holds long$/)
    for (let renewal = 1; renewal <= 4; renewal++) {
      host.controls.clock.advance(20_000)
      await host.logged(/^Renewed the lock of message long until/, renewal)
      broker.service().clock.advance(20_000)
    }
    await release('long')
    await broker.send('slow', { body: 'after' })
    await host.logged(/^holds after$/)
    await release('after')
    expect(host.logs.filter(({ message }) => message === 'holds long')).toHaveLength(1)
  })

  test('is left to expire after maxAutoLockRenewalDuration', async () => {
    await broker.send('limited', { body: 'late', messageId: 'late' })
    await host.logged(/^limited delivery 1$/)
    broker.service().clock.advance(61_000)
    await host.logged(/^limited delivery 2$/)
    await release('late')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBroker, type TestBroker } from './broker.ts'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app, type InvocationContext } from '@azure/functions'
const connection = 'BUS'
const held = new Map<string, () => void>()
const hold = (key: string) => new Promise<void>((resolve) => { held.set(key, resolve); console.log('holds ' + key) })
app.http('release', { authLevel: 'anonymous', handler: async (request) => { held.get(request.query.get('key') ?? '')?.(); return { status: 200 } } })

const failed = new Set<string>()
const serve = (name: string) => async (message: any, context: InvocationContext) => {
  const { sessionId, deliveryCount } = context.triggerMetadata as any
  context.log(name + ' ' + sessionId + ' ' + message.n + ' delivery ' + deliveryCount)
  if (message.hold) await hold(message.hold)
  if (message.fail && !failed.has(message.fail)) { failed.add(message.fail); throw new Error('failed once') }
}
for (const queueName of ['ordered', 'parallel', 'refused', 'renewed']) {
  app.serviceBusQueue(queueName, { connection, queueName, isSessionsEnabled: true, handler: serve(queueName) })
}
app.serviceBusQueue('batch', {
  connection,
  queueName: 'batch',
  cardinality: 'many',
  handler: (messages: any, context) => {
    context.log('batch ' + JSON.stringify({ messages, metadata: context.triggerMetadata }))
    const { deliveryCountArray } = context.triggerMetadata as any
    if (messages.includes('fail') && deliveryCountArray[0] === 1) throw new Error('the whole batch')
  },
})
app.serviceBusQueue('lanes', {
  connection,
  queueName: 'lanes',
  cardinality: 'many',
  isSessionsEnabled: true,
  handler: async (messages: any, context) => {
    const { sessionIdArray } = context.triggerMetadata as any
    context.log('lanes ' + sessionIdArray[0] + ' ' + JSON.stringify(messages))
    if (messages[0] === 'hold') await hold('lane ' + sessionIdArray[0])
  },
})
`

const SESSIONS = { RequiresSession: true }
let broker: TestBroker
let host: Fixture
beforeAll(async () => {
  broker = await startBroker({
    ordered: SESSIONS,
    parallel: SESSIONS,
    refused: SESSIONS,
    renewed: SESSIONS,
    lanes: SESSIONS,
    batch: {},
  })
  host = await startFixture(SOURCE, {
    env: { BUS: broker.connectionString },
    hostJson: {
      extensions: {
        serviceBus: { maxConcurrentSessions: 3, sessionIdleTimeout: '00:00:30', maxMessageBatchSize: 10 },
      },
    },
  })
})
afterAll(async () => {
  await host.stop()
  await broker.stop()
})

const release = (key: string): Promise<Response> =>
  fetch(`${host.url}/api/release?key=${encodeURIComponent(key)}`)

const linesOf = (prefix: string): string[] =>
  host.logs.map(({ message }) => message).filter((message) => message.startsWith(prefix))

describe('sessions with cardinality one', () => {
  test('run side by side, each in its own order', async () => {
    const sessions = ['a', 'b', 'c']
    for (const sessionId of sessions) {
      const messages = Array.from({ length: 20 }, (_, n) => ({ body: { n }, sessionId: `o-${sessionId}` }))
      await broker.send('ordered', ...messages)
    }
    await host.logged(/^ordered /, 60)
    for (const sessionId of sessions) {
      const expected = Array.from({ length: 20 }, (_, n) => `ordered o-${sessionId} ${n} delivery 1`)
      expect(linesOf(`ordered o-${sessionId} `)).toEqual(expected)
    }
  })

  test('give a failed message again before the next of its session', async () => {
    await host.settled('ordered', 60)
    host.controls.clock.advance(31_000)
    const messages = [0, 1, 2].map((n) => ({ body: { n, fail: n === 1 ? 'retry' : '' }, sessionId: 'retry' }))
    await broker.send('ordered', ...messages)
    await host.logged(/^ordered retry 2/)
    expect(linesOf('ordered retry ')).toEqual([
      'ordered retry 0 delivery 1',
      'ordered retry 1 delivery 1',
      'ordered retry 1 delivery 2',
      'ordered retry 2 delivery 1',
    ])
  })

  test('do not begin the next message when the settlement of one fails: it comes again first', async () => {
    const fault = { operation: 'settle', target: 'refused', action: 'refuse', count: 1 } as const
    broker.service().faults.add(fault)
    await broker.send('refused', ...[0, 1, 2].map((n) => ({ body: { n }, sessionId: 's' })))
    await host.logged(/^refused s 2/)
    await host.logged(/^Could not complete a message/)
    expect(linesOf('refused s ').map((line) => line.split(' ')[2])).toEqual(['0', '0', '1', '2'])
  })

  test('are at most maxConcurrentSessions, until one is idle', async () => {
    for (const n of [0, 1, 2, 3]) {
      await broker.send('parallel', { body: { n, hold: `p-${n}` }, sessionId: `p-${n}` })
    }
    for (const n of [0, 1, 2]) await host.logged(new RegExp(`^holds p-${n}$`))
    expect(linesOf('holds p-')).toHaveLength(3)
    await release('p-0')
    await broker.send('parallel', { body: { n: 4 }, sessionId: 'p-0' })
    await host.logged(/^parallel p-0 4/)
    await host.settled('parallel', 2)
    expect(linesOf('holds p-')).toHaveLength(3)
    host.controls.clock.advance(31_000)
    await host.logged(/^holds p-3$/)
    for (const n of [1, 2, 3]) await release(`p-${n}`)
  })

  test('keep their lock renewed while a message is worked on', async () => {
    await broker.send('renewed', { body: { n: 0, hold: 'renew' }, sessionId: 'r' })
    await host.logged(/^holds renew$/)
    for (let renewal = 1; renewal <= 4; renewal++) {
      host.controls.clock.advance(20_000)
      await host.logged(/^Renewed the lock of session r until/, renewal)
      broker.service().clock.advance(20_000)
    }
    await release('renew')
    await host.settled('renewed')
    await broker.send('renewed', { body: { n: 1 }, sessionId: 'r' })
    await host.logged(/^renewed r 1 delivery 1$/)
    expect(linesOf('renewed r 0')).toHaveLength(1)
  })
})

describe('a session whose lock is lost', () => {
  test('is taken again, its message with a higher delivery count', async () => {
    await broker.send('ordered', { body: { n: 0, hold: 'lost' }, sessionId: 'lost' })
    await host.logged(/^holds lost$/)
    broker.service().clock.advance(61_000)
    await host.logged(/^ordered lost 0 delivery 2$/)
    await host.logged(/^The session lost ended/)
    await release('lost')
  })
})

describe('cardinality many', () => {
  const batch = async (
    pattern: RegExp,
  ): Promise<{ messages: unknown[]; metadata: Record<string, unknown> }> =>
    JSON.parse((await host.logged(pattern)).message.slice('batch '.length))

  test('gives what is there as one batch, with arrays of metadata', async () => {
    await broker.send(
      'batch',
      { body: { n: 1 }, messageId: 'm-1', subject: 's-1', correlationId: 'c-1' },
      { body: 'text', messageId: 'm-2' },
      { body: { n: 3 }, messageId: '3', subject: 's-3' },
    )
    const { messages, metadata } = await batch(/^batch .*m-1/)
    expect(messages).toEqual([{ n: 1 }, 'text', { n: 3 }])
    expect(metadata).toMatchObject({
      messageIdArray: ['m-1', 'm-2', 3],
      deliveryCountArray: [1, 1, 1],
      sequenceNumberArray: [{ low: expect.any(Number), high: 0, unsigned: false }, {}, {}],
      subjectArray: ['s-1', 's-3'],
      correlationIdArray: ['c-1'],
      applicationPropertiesArray: [{}, {}, {}],
    })
    expect(metadata).not.toHaveProperty('messageId')
    expect(await broker.peek('batch')).toEqual([])
  })

  test('gives all messages of a failed batch back', async () => {
    await broker.send('batch', { body: 'fail' }, { body: 'innocent' })
    await host.logged(/^batch .*"innocent".*"deliveryCountArray":\[1,1\]/)
    await host.logged(/^batch .*"innocent".*"deliveryCountArray":\[2,2\]/)
  })

  test('takes no more than maxMessageBatchSize at once', async () => {
    await broker.send('batch', ...Array.from({ length: 25 }, (_, n) => ({ body: `bulk-${n}` })))
    await host.logged(/^batch .*bulk-24/)
    const sizes = linesOf('batch ')
      .map((line) => JSON.parse(line.slice('batch '.length)).messages)
      .filter(([first]) => String(first).startsWith('bulk'))
      .map(({ length }) => length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(25)
  })

  test('with sessions serves one session at a time, until it is idle', async () => {
    await broker.send('lanes', { body: 'hold', sessionId: 'x' })
    await host.logged(/^holds lane x$/)
    await broker.send('lanes', { body: 'other', sessionId: 'y' })
    await broker.send('lanes', { body: 'again', sessionId: 'x' })
    await release('lane x')
    await host.logged(/^lanes x \["again"\]$/)
    await host.settled('lanes', 2)
    expect(linesOf('lanes y')).toEqual([])
    host.controls.clock.advance(31_000)
    await host.logged(/^lanes y \["other"\]$/)
    await host.settled('lanes', 3)
  })
})

describe('a broker that restarts', () => {
  test('is found again by listeners with and without sessions, single and in batches', async () => {
    await broker.restart()
    await broker.send('ordered', { body: { n: 0 }, sessionId: 'after-restart' })
    await broker.send('batch', { body: 'after-restart' })
    await broker.send('lanes', { body: 'after-restart', sessionId: 'z' })
    await host.logged(/^ordered after-restart 0/)
    await host.logged(/^batch .*after-restart/)
    await host.logged(/^lanes z \["after-restart"\]/)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBroker, type TestBroker } from './broker.ts'
import { startFixture } from './fixture.ts'

let broker: TestBroker
beforeAll(async () => {
  broker = await startBroker({ aligned: {}, minimum: {}, last: {}, own: { RequiresSession: true } })
})
afterAll(() => broker.stop())

describe('a listener for batches', () => {
  test('keeps empty entries in its arrays when the app asks for it', async () => {
    const aligned = await startFixture(
      `import { app } from '@azure/functions'
       app.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } })
       app.serviceBusQueue('batch', { connection: 'BUS', queueName: 'aligned', cardinality: 'many', handler: (_messages, context) => { context.log('batch ' + JSON.stringify(context.triggerMetadata)) } })`,
      { env: { BUS: broker.connectionString } },
    )
    await broker.send('aligned', { body: '1' }, { body: '2', subject: 's-2' })
    const line = await aligned.logged(/^batch /)
    expect(JSON.parse(line.message.slice('batch '.length))).toMatchObject({ subjectArray: ['', 's-2'] })
    await aligned.stop()
  })

  test('waits for minMessageBatchSize', async () => {
    const host = await startFixture(
      `import { app } from '@azure/functions'
       app.serviceBusQueue('minimum', { connection: 'BUS', queueName: 'minimum', cardinality: 'many', handler: (messages) => { console.log('batch ' + JSON.stringify(messages)) } })`,
      {
        env: { BUS: broker.connectionString },
        hostJson: { extensions: { serviceBus: { minMessageBatchSize: 3, maxMessageBatchSize: 3 } } },
      },
    )
    for (const body of ['a', 'b', 'c']) await broker.send('minimum', { body })
    await host.logged(/^batch \["a","b","c"\]$/)
    await host.stop()
  })
})

describe('a listener for batches that stay small', () => {
  test('waits no longer than maxBatchWaitTime', async () => {
    const own = await startBroker({ small: {} })
    const host = await startFixture(
      `import { app } from '@azure/functions'
       app.serviceBusQueue('small', { connection: 'BUS', queueName: 'small', cardinality: 'many', handler: (messages) => { console.log('batch ' + JSON.stringify(messages)) } })`,
      {
        env: { BUS: own.connectionString },
        hostJson: {
          extensions: { serviceBus: { minMessageBatchSize: 3, maxBatchWaitTime: '00:00:00.100' } },
        },
      },
    )
    await own.send('small', { body: 'alone' })
    await host.logged(/^batch \["alone"\]$/)
    await host.stop()
    await own.stop()
  })
})

describe('a listener for sessions', () => {
  test('runs maxConcurrentCallsPerSession messages of one session side by side', async () => {
    const broker = await startBroker({ pairs: { RequiresSession: true } })
    const host = await startFixture(
      `import { app } from '@azure/functions'
       const both = Promise.withResolvers<void>()
       let arrived = 0
       app.serviceBusQueue('pairs', { connection: 'BUS', queueName: 'pairs', isSessionsEnabled: true, handler: async () => {
         arrived += 1
         if (arrived === 2) both.resolve()
         await both.promise
       } })`,
      {
        env: { BUS: broker.connectionString },
        hostJson: { extensions: { serviceBus: { maxConcurrentCallsPerSession: 2 } } },
      },
    )
    await broker.send('pairs', { body: 1, sessionId: 's' }, { body: 2, sessionId: 's' })
    await host.settled('pairs', 2)
    await host.stop()
    expect(await broker.peek('pairs')).toEqual([])
    await broker.stop()
  })
})

describe('the flex layout', () => {
  test('gives a message whose own process was killed to the next process', async () => {
    const host = await startFixture(
      `import { app } from '@azure/functions'
       app.http('hello', { authLevel: 'anonymous', handler: async () => ({ body: 'hello' }) })
       app.serviceBusQueue('own', {
         connection: 'BUS',
         queueName: 'own',
         isSessionsEnabled: true,
         handler: async (message, context) => {
           const { deliveryCount } = context.triggerMetadata ?? {}
           console.log('delivery ' + deliveryCount)
           if (deliveryCount === 1) await new Promise(() => {})
         },
       })`,
      { layout: 'flex', env: { BUS: broker.connectionString } },
    )
    await broker.send('own', { body: 'x', sessionId: 's' })
    await host.logged(/^delivery 1$/)
    expect(host.kill({ function: 'own' })).toBe(true)
    await host.logged(/^delivery 2$/)
    await host.settled('own', 2)
    expect(await broker.peek('own')).toEqual([])
    expect(host.processes().map(({ role, restarts }) => [role, restarts])).toEqual([
      ['http-0', 0],
      ['own', 1],
    ])
    await host.stop()
  })
})

describe('a host that stops', () => {
  test('lets the message in work finish and settles it', async () => {
    const ending = await startFixture(
      `import { app } from '@azure/functions'
       app.serviceBusQueue('last', { connection: 'BUS', queueName: 'last', handler: async () => { console.log('last began'); await new Promise((resolve) => setTimeout(resolve, 50)) } })`,
      { env: { BUS: broker.connectionString } },
    )
    await broker.send('last', { body: 'x' })
    await ending.logged(/^last began$/)
    await ending.stop()
    expect(ending.logs.some(({ message }) => message.startsWith('Executed'))).toBe(true)
    expect(await broker.peek('last')).toEqual([])
  })
})

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

  test('waits for minMessageBatchSize, up to maxBatchWaitTime', async () => {
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

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBroker, type TestBroker } from './broker.ts'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app, input, output, type InvocationContext } from '@azure/functions'

const connection = 'BUS'
const show = (name: string) => (message: unknown, context: InvocationContext) => {
  context.log(name + ' ' + JSON.stringify({ message, metadata: context.triggerMetadata }))
}
app.serviceBusQueue('plain', { connection, queueName: 'plain', handler: show('plain') })
app.serviceBusTopic('topic', { connection, topicName: 'news', subscriptionName: 'reader', handler: show('topic') })
app.serviceBusQueue('sender', {
  connection,
  queueName: 'requests',
  return: output.serviceBusQueue({ connection, queueName: 'plain' }),
  extraOutputs: [output.serviceBusTopic({ connection, topicName: 'news', name: 'extra' } as never)],
  handler: (message, context) => {
    context.extraOutputs.set('extra', 'extra of ' + message)
    return [{ returned: message }, 'returned text']
  },
})
app.serviceBusQueue('unsendable', {
  connection,
  queueName: 'unsendable',
  return: output.serviceBusQueue({ connection, queueName: 'in-sessions' }),
  handler: (message, context) => { context.log('unsendable delivery ' + context.triggerMetadata?.deliveryCount); return 'x' },
})
app.storageQueue('foreign', { connection, queueName: 'q', handler: () => {} })
app.serviceBusQueue('lost', { connection: 'NOWHERE', queueName: 'plain', handler: () => {} })
app.http('tables', { authLevel: 'anonymous', extraInputs: [input.table({ connection, tableName: 't' })], handler: async () => ({}) })
`

let broker: TestBroker
let host: Fixture
beforeAll(async () => {
  broker = await startBroker({
    plain: {},
    requests: {},
    unsendable: { MaxDeliveryCount: 2 },
    'in-sessions': { RequiresSession: true },
  })
  host = await startFixture(SOURCE, { env: { BUS: broker.connectionString } })
})
afterAll(async () => {
  await host.stop()
  await broker.stop()
})

const shown = async (name: string, pattern: RegExp): Promise<{ message: unknown; metadata: object }> => {
  const line = await host.logged(new RegExp(`^${name} .*${pattern.source}`))
  return JSON.parse(line.message.slice(name.length + 1))
}

describe('an output binding', () => {
  test('sends bodies: an array as several messages, a text as it is', async () => {
    await broker.send('requests', { body: 'question' })
    expect((await shown('plain', /returned":"question/)).metadata).toMatchObject({
      contentType: 'application/json',
    })
    expect((await shown('plain', /returned text/)).metadata).toMatchObject({ contentType: 'text/plain' })
    expect((await shown('topic', /extra of question/)).message).toBe('extra of question')
  })

  test('to an entity with sessions fails the invocation', async () => {
    await broker.send('unsendable', { body: 'x' })
    await host.logged(/^unsendable delivery 2$/)
    await host.logged(/An output could not be sent/)
  })
})

describe('a function that this host cannot run', () => {
  test.each([
    ["'foreign' function is in error: this host runs HTTP, timer, Service Bus and warmup triggers"],
    ["'tables' function is in error: this host has no input binding table"],
    ["'lost' function is in error: Service Bus connection 'NOWHERE' is not set. Add the app setting NOWHERE"],
  ])('is told with what to do: %s', async (text) => {
    const status = await (await fetch(`${host.url}/admin/host/status`)).json()
    expect(status).toMatchObject({ errors: expect.arrayContaining([expect.stringContaining(text)]) })
  })
})

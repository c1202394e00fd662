import { afterAll, expect, test } from 'vitest'
import { startEventHandler, type EventHandlerServer, type HandlerReply } from './support/event-handler.ts'
import { useWebPubSub } from './support/fixture.ts'

let handler: EventHandlerServer
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  return {
    config: {
      hubs: { calls: { eventHandlers: [{ urlTemplate: `${handler.url}/{event}`, userEventPattern: '*' }] } },
    },
  }
})
afterAll(() => handler.stop())

const json = (value: unknown): HandlerReply => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

test('an invocation is answered with what the event handler says', async () => {
  handler.answer(({ body }) => json({ echo: JSON.parse(body.toString()) }))
  const { client, serverMessages } = await fixture.open('calls')
  const result = await client.invokeEvent('ask', { n: 1 }, 'json')
  expect(result).toMatchObject({ dataType: 'json', data: { echo: { n: 1 } } })
  expect(serverMessages.drain()).toEqual([])
})

test('an answer without a body is success without data', async () => {
  handler.answer({ status: 204 })
  const { client } = await fixture.open('calls')
  expect(await client.invokeEvent('ask', 'x', 'text')).toMatchObject({ data: undefined })
})

test('a failure of the event handler is the failure of the invocation', async () => {
  handler.answer({ status: 403, body: 'no' })
  const { client } = await fixture.open('calls')
  await expect(client.invokeEvent('ask', 'x', 'text')).rejects.toMatchObject({
    name: 'InvocationError',
    errorDetail: { name: 'InternalServerError', message: 'no' },
  })
})

test('invocations run side by side, each gets its own answer', async () => {
  const first = Promise.withResolvers<void>()
  handler.answer(async ({ body }) => {
    if (body.toString() === '1') await first.promise
    return json(Number(body.toString()) * 10)
  })
  const { client } = await fixture.open('calls')
  const slow = client.invokeEvent('ask', 1, 'json')
  expect((await client.invokeEvent('ask', 2, 'json')).data).toBe(20)
  first.resolve()
  expect((await slow).data).toBe(10)
})

test('a cancelled invocation gives the call of the event handler up', async () => {
  const never = Promise.withResolvers<HandlerReply>()
  handler.events.drain()
  handler.answer(() => never.promise)
  const { client } = await fixture.open('calls')
  const abort = new AbortController()
  const invoked = client.invokeEvent('ask', 1, 'json', { invocationId: 'i', abortSignal: abort.signal })
  await handler.events.next()
  abort.abort()
  await expect(invoked).rejects.toMatchObject({ name: 'InvocationError' })
  handler.answer(json('again'))
  expect((await client.invokeEvent('ask', 1, 'json', { invocationId: 'i' })).data).toBe('again')
  never.resolve({ status: 204 })
})

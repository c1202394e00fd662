import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { advanceUntil } from './support/advance-until.ts'
import { startEventHandler, type EventHandlerServer } from './support/event-handler.ts'
import { useWebPubSub } from './support/fixture.ts'
import { refusedHandshake } from './support/raw-client.ts'

let handler: EventHandlerServer
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  const { url } = handler
  return {
    config: {
      hubs: {
        guarded: { eventHandlers: [{ urlTemplate: `${url}/guarded/{event}`, userEventPattern: '*' }] },
        absent: { eventHandlers: [{ urlTemplate: 'http://127.0.0.1:9/x', systemEvents: ['connect'] }] },
      },
    },
  }
})
afterAll(() => handler.stop())

beforeEach(() => {
  handler.answerValidation({ headers: { 'webhook-allowed-origin': '*' } })
  handler.events.drain()
})

describe('abuse protection', () => {
  test('a handler is asked for its consent with the event "validate", once in a minute', async () => {
    handler.validations.drain()
    const { client } = await fixture.open('guarded')
    await client.sendEvent('a', 1, 'json')
    await client.sendEvent('b', 1, 'json')
    fixture.service.clock.advance(60_001)
    await client.sendEvent('c', 1, 'json')
    const asked = handler.validations.drain()
    expect(asked).toHaveLength(2)
    expect(asked[0]).toMatchObject({
      method: 'OPTIONS',
      path: '/guarded/validate',
      headers: { 'webhook-request-origin': '127.0.0.1', 'ce-awpsversion': '1.0' },
    })
  })

  test.each([
    ['no consent', { headers: {} }],
    ['consent for another host', { headers: { 'webhook-allowed-origin': 'other.webpubsub.azure.com' } }],
    ['an error', { status: 403, headers: { 'webhook-allowed-origin': '*' } }],
  ])('%s: no event is sent, and the client is told', async (_, reply) => {
    handler.answerValidation(reply)
    fixture.service.clock.advance(60_001)
    const { client } = await fixture.open('guarded')
    await expect(client.sendEvent('x', 1, 'json')).rejects.toMatchObject({
      errorDetail: { name: 'InternalServerError' },
    })
    expect(handler.events.drain()).toEqual([])
  })

  test.each(['127.0.0.1', 'localhost', 'a.example, localhost:PORT'])(
    'consent for %s is consent',
    async (origin) => {
      const allowed = origin.replace('PORT', String(fixture.service.port))
      handler.answerValidation({ headers: { 'webhook-allowed-origin': allowed } })
      fixture.service.clock.advance(60_001)
      const { client } = await fixture.open('guarded')
      await client.sendEvent('x', 1, 'json')
      expect((await handler.events.next()).path).toBe('/guarded/x')
    },
  )

  test('a handler that cannot be asked for its consent just now is asked again', async () => {
    const { clock } = fixture.service
    handler.answerValidation({ status: 503 })
    clock.advance(60_001)
    handler.validations.drain()
    const { client } = await fixture.open('guarded')
    const sent = client.sendEvent('patient', 1, 'json')
    await handler.validations.next()
    handler.answerValidation({ headers: { 'webhook-allowed-origin': '*' } })
    await advanceUntil(clock, sent)
    expect((await handler.events.next()).path).toBe('/guarded/patient')
  })

  test('events that come while a handler is asked wait for the one answer', async () => {
    fixture.service.clock.advance(60_001)
    handler.validations.drain()
    const clients = await Promise.all(Array.from({ length: 5 }, () => fixture.open('guarded')))
    await Promise.all(clients.map(({ client }) => client.sendEvent('x', 1, 'json')))
    expect(handler.validations.drain()).toHaveLength(1)
  })

  test('nobody connects to a hub whose connect handler cannot be reached', async () => {
    const refused = refusedHandshake(await fixture.url('absent'))
    expect(await advanceUntil(fixture.service.clock, refused)).toMatchObject({
      status: 500,
      body: expect.stringContaining('could not be reached'),
    })
  })
})

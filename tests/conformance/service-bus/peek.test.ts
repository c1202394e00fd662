import { describe, expect, test } from 'vitest'
import { useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue } = useEntities(broker)
const { send } = broker

describe('a peek', () => {
  test('shows active, locked, deferred and scheduled messages in order, and takes none', async () => {
    const name = await queue()
    await send(name, { body: 'locked' }, { body: 'deferred' }, { body: 'active' })
    await broker.client
      .createSender(name)
      .scheduleMessages({ body: 'scheduled' }, new Date(Date.now() + 600_000))
    const receiver = broker.client.createReceiver(name)
    const [, deferred] = await receive(receiver, 2)
    if (deferred !== undefined) await receiver.deferMessage(deferred)
    const peeked = await receiver.peekMessages(10)
    expect(peeked.map(({ body, state }) => [body, state])).toEqual([
      ['locked', 'active'],
      ['deferred', 'deferred'],
      ['active', 'active'],
      ['scheduled', 'scheduled'],
    ])
    expect(peeked[0]?.lockToken).toBeUndefined()
    expect((await receiveOne(receiver)).body).toBe('active')
  })

  test('goes on where the last one ended, or begins where it is told', async () => {
    const name = await queue()
    await send(name, ...Array.from({ length: 7 }, (_, body) => ({ body })))
    const receiver = broker.client.createReceiver(name)
    const first = await receiver.peekMessages(3)
    expect(bodiesOf(first)).toEqual([0, 1, 2])
    expect(bodiesOf(await receiver.peekMessages(3))).toEqual([3, 4, 5])
    const [, from] = first
    if (from?.sequenceNumber === undefined) throw new Error('A peeked message has a sequence number.')
    expect(bodiesOf(await receiver.peekMessages(2, { fromSequenceNumber: from.sequenceNumber }))).toEqual([
      1, 2,
    ])
  })

  test('of a session shows only its messages', async () => {
    const name = await queue({ requiresSession: true })
    await send(name, { body: 1, sessionId: 'a' }, { body: 2, sessionId: 'b' }, { body: 3, sessionId: 'a' })
    const receiver = await broker.client.acceptSession(name, 'a')
    expect(bodiesOf(await receiver.peekMessages(10))).toEqual([1, 3])
  })

  test('of an empty queue shows nothing', async () => {
    expect(await broker.client.createReceiver(await queue()).peekMessages(5)).toEqual([])
  })

  test('may leave the bodies out', async () => {
    const name = await queue()
    await send(name, { body: 'a long body', subject: 'kept' })
    // The option is of the protocol: the client passes it on, but its types do not know it.
    const options = { omitMessageBody: true, abortSignal: new AbortController().signal }
    const [peeked] = await broker.client.createReceiver(name).peekMessages(1, options)
    expect(peeked).toMatchObject({ subject: 'kept' })
    expect(peeked?.body).not.toBe('a long body')
  })

  test('walks through thousands of messages in pages', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    for (let page = 0; page < 10; page++) {
      await sender.sendMessages(Array.from({ length: 300 }, (_, index) => ({ body: page * 300 + index })))
    }
    const receiver = broker.client.createReceiver(name)
    const seen: unknown[] = []
    for (
      let page = await receiver.peekMessages(250);
      page.length > 0;
      page = await receiver.peekMessages(250)
    ) {
      seen.push(...bodiesOf(page))
    }
    expect(seen).toEqual(Array.from({ length: 3000 }, (_, index) => index))
  })
})

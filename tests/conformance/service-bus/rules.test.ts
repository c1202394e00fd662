import type { CreateSubscriptionOptions, ServiceBusMessage } from '@azure/service-bus'
import { describe, expect, test } from 'vitest'
import { useBroker } from './support/broker-with-administration.ts'
import { useTopics } from './support/topics-with-rules.ts'

const broker = useBroker()
const { topicWith, topicWhere, take, bodies, deadLetters } = useTopics(broker)
const { send } = broker

describe('several rules', () => {
  test('without actions give one copy, and each with an action one more that names its rule', async () => {
    const filter = { sqlExpression: 'n = 1' }
    const topic = await topicWith([
      { name: 'plain-1', filter },
      { name: 'acting-1', filter, action: { sqlExpression: 'SET by = 1' } },
      { name: 'plain-2', filter },
      { name: 'acting-2', filter, action: { sqlExpression: 'SET by = 2' } },
      { name: 'plain-3', filter: { sqlExpression: '1=1' } },
      { name: 'other', filter: { sqlExpression: 'n = 2' }, action: { sqlExpression: 'SET by = 3' } },
    ])
    await send(topic, { body: 'five of six', applicationProperties: { n: 1 } })
    const copies = (await take(topic)).map(({ applicationProperties }) => applicationProperties)
    expect(copies).toEqual([
      { n: 1 },
      { n: 1, RuleName: 'acting-1', by: 1 },
      { n: 1, RuleName: 'acting-2', by: 2 },
    ])
  })

  test('of several subscriptions do not touch each other', async () => {
    const topic = await topicWith([
      {
        name: 'r',
        filter: { sqlExpression: '1=1' },
        action: { sqlExpression: "SET sys.Label = 'changed'; SET p = 2" },
      },
    ])
    await broker.administration.createSubscription(topic, 'untouched')
    await broker.administration.createSubscription(topic, 'nothing', {
      defaultRuleOptions: { name: 'never', filter: { sqlExpression: '1=0' } },
    })
    await send(topic, { body: 'b', subject: 'sent', applicationProperties: { p: 1 } })
    expect(await take(topic)).toMatchObject([{ subject: 'changed', applicationProperties: { p: 2 } }])
    expect(await take(topic, 'untouched')).toMatchObject([
      { subject: 'sent', applicationProperties: { p: 1 } },
    ])
    expect(await take(topic, 'nothing')).toEqual([])
  })
})

describe('actions', () => {
  const acted = async (
    sqlExpression: string,
    message: ServiceBusMessage,
    options: CreateSubscriptionOptions = {},
  ) => {
    const topic = await topicWith(
      [{ name: 'r', filter: { sqlExpression: '1=1' }, action: { sqlExpression } }],
      options,
    )
    await send(topic, message)
    return topic
  }

  test('set, compute and remove application properties and leave the rest as it is', async () => {
    const topic = await acted(
      "SET quantity = quantity / 2; REMOVE priority; SET note = color + '!'; SET [new one] = newid(); SET none = NULL",
      {
        body: { kept: [1, 'ü'] },
        messageId: 'm',
        applicationProperties: { quantity: 9, priority: 'high', color: 'red', at: new Date(5) },
      },
    )
    const [message] = await take(topic)
    expect(message).toMatchObject({ body: { kept: [1, 'ü'] }, messageId: 'm' })
    expect(message?.applicationProperties).toEqual({
      RuleName: 'r',
      quantity: 4,
      color: 'red',
      at: 5,
      note: 'red!',
      'new one': expect.anything(),
      none: null,
    })
    expect(Object.keys(message?.applicationProperties ?? {})).not.toContain('priority')
  })

  test('set the system properties that a sender sets', async () => {
    const topic = await acted(
      "SET sys.To = 't'; SET sys.CorrelationId = sys.MessageId; SET sys.Label = 'l'; SET sys.ReplyTo = 'r'; SET sys.ContentType = 'c'; SET sys.ReplyToSessionId = 'rs'; SET sys.MessageId = 'new'",
      { body: 1, messageId: 'old', subject: 's' },
    )
    expect(await take(topic)).toMatchObject([
      {
        to: 't',
        correlationId: 'old',
        subject: 'l',
        replyTo: 'r',
        contentType: 'c',
        replyToSessionId: 'rs',
        messageId: 'new',
      },
    ])
  })

  test('can choose the session of a copy', async () => {
    const topic = await acted(
      "SET sys.SessionId = 'lane-' + lane",
      { body: 1, sessionId: 'sent', applicationProperties: { lane: 7 } },
      { requiresSession: true },
    )
    const receiver = await broker.client.acceptSession(topic, 's', 'lane-7', {
      receiveMode: 'receiveAndDelete',
    })
    expect(await receiver.receiveMessages(1)).toMatchObject([{ body: 1, sessionId: 'lane-7' }])
  })

  test('of a correlation rule work alike', async () => {
    const topic = await topicWith([
      { name: 'r', filter: { subject: 's' }, action: { sqlExpression: 'REMOVE sys.Label; REMOVE p' } },
    ])
    await send(topic, { body: 1, subject: 's', applicationProperties: { p: 1, q: 2 } })
    const [message] = await take(topic)
    expect(message?.subject).toBeUndefined()
    expect(message?.applicationProperties).toEqual({ q: 2, RuleName: 'r' })
  })

  test('that cannot be computed dead-letter the message', async () => {
    const topic = await acted('SET a = a * 2', { body: 'text', applicationProperties: { a: 'x' } })
    expect(await bodies(topic)).toEqual([])
    expect((await deadLetters(topic)).map(({ body }) => body)).toEqual(['text'])
  })
})

describe('rules changed while messages flow', () => {
  test('through the rule manager hold from the next message on', async () => {
    const topic = await topicWith([])
    const rules = broker.client.createRuleManager(topic, 's')
    const sendColors = (): Promise<void> =>
      send(
        topic,
        ...['red', 'blue'].map((color) => ({ body: color, applicationProperties: { color, n: 1 } })),
      )
    await sendColors()
    expect(await bodies(topic)).toEqual([])
    await rules.createRule('red', { sqlExpression: "color = 'red'" })
    await sendColors()
    expect(await bodies(topic)).toEqual(['red'])
    await rules.createRule('one', { applicationProperties: { n: 1 } }, { sqlExpression: 'SET n = 2' })
    await sendColors()
    expect(
      (await take(topic)).map(({ body, applicationProperties }) => [body, applicationProperties?.['n']]),
    ).toEqual([
      ['red', 1],
      ['red', 2],
      ['blue', 2],
    ])
    await rules.deleteRule('red')
    await rules.deleteRule('one')
    await sendColors()
    expect(await bodies(topic)).toEqual([])
  })

  test('through the administration client hold from the next message on', async () => {
    const topic = await topicWhere('n = 1')
    const rule = await broker.administration.getRule(topic, 's', 'r')
    await send(topic, { body: 'a', applicationProperties: { n: 1 } })
    await broker.administration.updateRule(topic, 's', { ...rule, filter: { sqlExpression: 'n = 2' } })
    await send(
      topic,
      { body: 'b', applicationProperties: { n: 1 } },
      { body: 'c', applicationProperties: { n: 2 } },
    )
    expect(await bodies(topic)).toEqual(['a', 'c'])
  })

  test('are seen alike by both clients', async () => {
    const topic = await topicWith([])
    const rules = broker.client.createRuleManager(topic, 's')
    const correlation = {
      correlationId: 'c',
      messageId: 'm',
      to: 't',
      replyTo: 'r',
      subject: 's',
      sessionId: 'si',
      replyToSessionId: 'rs',
      contentType: 'ct',
      applicationProperties: { s: 'x', n: 5, f: 1.5, b: true },
    }
    await rules.createRule('a', correlation, { sqlExpression: 'SET a = 1' })
    await broker.administration.createRule(topic, 's', 'b', { sqlExpression: 'b = 1' })
    expect(await broker.administration.getRule(topic, 's', 'a')).toMatchObject({
      filter: correlation,
      action: { sqlExpression: 'SET a = 1' },
    })
    const listed = []
    for await (const rule of rules.listRules()) listed.push(rule)
    expect(listed).toMatchObject([
      { name: 'a', filter: correlation, action: { sqlExpression: 'SET a = 1' } },
      { name: 'b', filter: { sqlExpression: 'b = 1' } },
    ])
  })

  test('that are wrong, there already or not there are refused by the rule manager', async () => {
    const topic = await topicWhere('n = 1')
    const rules = broker.client.createRuleManager(topic, 's')
    await expect(rules.createRule('wrong', { sqlExpression: 'a =' })).rejects.toThrow(
      'Position 4: expected a value',
    )
    await expect(rules.createRule('R', { sqlExpression: 'a = 1' })).rejects.toMatchObject({
      code: 'MessagingEntityAlreadyExists',
    })
    await expect(rules.deleteRule('none')).rejects.toMatchObject({ code: 'MessagingEntityNotFound' })
  })
})

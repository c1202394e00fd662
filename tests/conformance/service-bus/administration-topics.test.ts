import type { CorrelationRuleFilter } from '@azure/service-bus'
import { beforeAll, describe, expect, test } from 'vitest'
import { failure, uniqueName, useBroker } from './support/broker-with-administration.ts'

const broker = useBroker()
const admin = () => broker.administration

const FOREVER = 'P10675199DT2H48M5.4775807S'

describe('topics and subscriptions', () => {
  test('a topic is made, read, changed, listed and deleted', async () => {
    const name = uniqueName('topic')
    const made = await admin().createTopic(name, { defaultMessageTimeToLive: 'P1D', supportOrdering: false })
    expect(made).toMatchObject({
      name,
      defaultMessageTimeToLive: 'P1D',
      supportOrdering: false,
      status: 'Active',
    })
    await admin().updateTopic({ ...made, userMetadata: 'mine' })
    expect(await admin().getTopic(name)).toMatchObject({
      userMetadata: 'mine',
      defaultMessageTimeToLive: 'P1D',
    })
    const names = []
    for await (const topic of admin().listTopics()) names.push(topic.name)
    expect(names).toContain(name)
    await admin().deleteTopic(name)
    expect(await admin().topicExists(name)).toBe(false)
  })

  test('a subscription has the defaults of Azure, and keeps what was stated', async () => {
    const topic = uniqueName('topic')
    await admin().createTopic(topic)
    expect(await admin().createSubscription(topic, 'plain')).toMatchObject({
      topicName: topic,
      subscriptionName: 'plain',
      lockDuration: 'PT1M',
      maxDeliveryCount: 10,
      requiresSession: false,
      enableBatchedOperations: true,
      defaultMessageTimeToLive: FOREVER,
      autoDeleteOnIdle: FOREVER,
      deadLetteringOnMessageExpiration: false,
      deadLetteringOnFilterEvaluationExceptions: true,
      status: 'Active',
      availabilityStatus: 'Available',
    })
    const stated = {
      lockDuration: 'PT5M',
      maxDeliveryCount: 3,
      requiresSession: true,
      defaultMessageTimeToLive: 'PT2H',
      deadLetteringOnMessageExpiration: true,
      deadLetteringOnFilterEvaluationExceptions: false,
      userMetadata: 'mine',
    }
    const made = await admin().createSubscription(topic, 'stated', stated)
    expect(made).toMatchObject(stated)
    await admin().updateSubscription({ ...made, maxDeliveryCount: 4 })
    expect(await admin().getSubscription(topic, 'STATED')).toMatchObject({ ...stated, maxDeliveryCount: 4 })
    const names = []
    for await (const subscription of admin().listSubscriptions(topic))
      names.push(subscription.subscriptionName)
    expect(names).toEqual(['plain', 'stated'])
  })

  test('a subscription needs its topic, and is there once', async () => {
    const topic = uniqueName('topic')
    expect(await failure(admin().createSubscription(topic, 's'))).toMatchObject({
      code: 'MessageEntityNotFoundError',
    })
    await admin().createTopic(topic)
    expect(await admin().subscriptionExists(topic, 's')).toBe(false)
    await admin().createSubscription(topic, 's')
    expect(await failure(admin().createSubscription(topic, 'S'))).toMatchObject({
      code: 'MessageEntityAlreadyExistsError',
    })
    await admin().deleteSubscription(topic, 's')
    expect(await admin().subscriptionExists(topic, 's')).toBe(false)
  })

  test('counts of a topic and its subscriptions', async () => {
    const topic = uniqueName('topic')
    await admin().createTopic(topic)
    await admin().createSubscription(topic, 'a')
    await admin().createSubscription(topic, 'b')
    await broker.send(topic, { body: 1 }, { body: 2 })
    const sender = broker.client.createSender(topic)
    await sender.scheduleMessages({ body: 3 }, new Date(Date.now() + 3_600_000))
    expect(await admin().getTopicRuntimeProperties(topic)).toMatchObject({
      subscriptionCount: 2,
      scheduledMessageCount: 1,
    })
    const counts = []
    for await (const subscription of admin().listSubscriptionsRuntimeProperties(topic)) {
      counts.push([
        subscription.subscriptionName,
        subscription.activeMessageCount,
        subscription.totalMessageCount,
      ])
    }
    expect(counts).toEqual([
      ['a', 2, 2],
      ['b', 2, 2],
    ])
  })
})

describe('rules', () => {
  let topic = ''
  beforeAll(async () => {
    topic = uniqueName('topic')
    await admin().createTopic(topic)
  })

  const newSubscription = async (): Promise<string> => {
    const name = uniqueName('sub')
    await admin().createSubscription(topic, name)
    return name
  }

  const ruleNames = async (subscription: string): Promise<string[]> => {
    const names = []
    for await (const rule of admin().listRules(topic, subscription)) names.push(rule.name)
    return names
  }

  test('a subscription begins with $Default, or with the rule it was made with', async () => {
    expect(await admin().getRule(topic, await newSubscription(), '$Default')).toMatchObject({
      name: '$Default',
      filter: { sqlExpression: '1=1' },
    })
    const subscription = uniqueName('sub')
    const filter = { subject: 'only' }
    await admin().createSubscription(topic, subscription, { defaultRuleOptions: { name: 'mine', filter } })
    expect(await ruleNames(subscription)).toEqual(['mine'])
    expect((await admin().getRule(topic, subscription, 'mine')).filter).toMatchObject(filter)
  })

  test('a SQL rule keeps its expression, parameters and action', async () => {
    const subscription = await newSubscription()
    const filter = {
      sqlExpression: 'a = @s AND b < @n OR c = @b',
      sqlParameters: { '@s': "it's <x>", '@n': 1.5, '@b': true },
    }
    const action = { sqlExpression: 'SET e = @v; REMOVE f', sqlParameters: { '@v': 'w' } }
    const made = await admin().createRule(topic, subscription, 'r', filter, action)
    expect(made).toMatchObject({ name: 'r', filter, action })
    expect(await admin().getRule(topic, subscription, 'R')).toMatchObject({ name: 'r', filter, action })
  })

  test('a correlation rule keeps every field and the types of its properties', async () => {
    const subscription = await newSubscription()
    const filter: CorrelationRuleFilter = {
      correlationId: 'c',
      messageId: 'm',
      to: 't',
      replyTo: 'r',
      subject: 's',
      sessionId: 'si',
      replyToSessionId: 'rs',
      contentType: 'ct',
      applicationProperties: { s: 'x', n: 2, f: 0.5, b: false, d: new Date('2026-01-01T00:00:00.000Z') },
    }
    await admin().createRule(topic, subscription, 'r', filter)
    expect((await admin().getRule(topic, subscription, 'r')).filter).toEqual(filter)
  })

  test('rules are changed, listed and deleted', async () => {
    const subscription = await newSubscription()
    const rule = await admin().createRule(topic, subscription, 'r', { sqlExpression: 'a = 1' })
    await admin().updateRule(topic, subscription, {
      ...rule,
      filter: { sqlExpression: 'a = 2' },
      action: { sqlExpression: 'SET b = 1' },
    })
    expect(await admin().getRule(topic, subscription, 'r')).toMatchObject({
      filter: { sqlExpression: 'a = 2' },
      action: { sqlExpression: 'SET b = 1' },
    })
    expect((await ruleNames(subscription)).toSorted()).toEqual(['$Default', 'r'])
    await admin().deleteRule(topic, subscription, '$Default')
    expect(await ruleNames(subscription)).toEqual(['r'])
    expect(await admin().ruleExists(topic, subscription, '$Default')).toBe(false)
  })

  test('a rule is there once, and only where its subscription is', async () => {
    const subscription = await newSubscription()
    const exists = { code: 'MessageEntityAlreadyExistsError', statusCode: 409 }
    const missing = { code: 'MessageEntityNotFoundError', statusCode: 404 }
    const all = { sqlExpression: '1=1' }
    expect(await failure(admin().createRule(topic, subscription, '$default', all))).toMatchObject(exists)
    expect(await failure(admin().createRule(topic, 'none', 'r', all))).toMatchObject(missing)
    expect(await failure(admin().deleteRule(topic, subscription, 'none'))).toMatchObject(missing)
    expect(await failure(admin().getRule(topic, subscription, 'none'))).toMatchObject(missing)
    const present = await admin().getRule(topic, subscription, '$Default')
    const absent = admin().updateRule(topic, subscription, { ...present, name: 'none' })
    expect(await failure(absent)).toMatchObject(missing)
  })

  test('a filter or action that is wrong is refused with the position of the fault', async () => {
    const subscription = await newSubscription()
    const refused = async (sqlExpression: string, action = 'SET a = 1'): Promise<string> => {
      const made = admin().createRule(topic, subscription, 'r', { sqlExpression }, { sqlExpression: action })
      const { statusCode, message } = await failure(made)
      expect(statusCode).toBe(400)
      return message
    }
    expect(await refused('a = ')).toContain('Position 5: expected a value')
    expect(await refused('sys.nothing = 1')).toContain("'nothing' does not exist")
    expect(await refused(`a = '${'x'.repeat(1_020)}'`)).toContain('1026 characters')
    expect(await refused('1=1', 'SET sys.SequenceNumber = 1')).toContain('read-only')
    expect(await ruleNames(subscription)).toEqual(['$Default'])
  })
})

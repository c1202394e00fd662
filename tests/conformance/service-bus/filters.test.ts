import type { CorrelationRuleFilter, ServiceBusMessage } from '@azure/service-bus'
import rhea from 'rhea'
import { describe, expect, test } from 'vitest'
import { useBroker } from './support/broker-with-administration.ts'
import { useTopics } from './support/topics-with-rules.ts'

const broker = useBroker()
const { topicWith, topicWhere, bodies, deadLetters } = useTopics(broker)
const { send } = broker

/** A value of an exact AMQP type. The SDK types application properties as the few kinds JavaScript has. */
const amqp = (value: unknown): string => {
  const typed: unknown = { toRheaTyped: () => value }
  return typed as string
}

const { types } = rhea
const ID = Buffer.from('00112233445566778899aabbccddeeff', 'hex')

describe('SQL filters', () => {
  test('let through what is true, and neither false nor unknown', async () => {
    const topic = await topicWhere("color = 'blue' AND quantity = 10")
    await send(
      topic,
      { body: 'both', applicationProperties: { color: 'blue', quantity: 10 } },
      { body: 'one', applicationProperties: { color: 'blue', quantity: 5 } },
      { body: 'case', applicationProperties: { color: 'Blue', quantity: 10 } },
      { body: 'missing', applicationProperties: { color: 'blue' } },
      { body: 'none' },
    )
    expect(await bodies(topic)).toEqual(['both'])
  })

  test.each([
    ['boolean', types.wrap_boolean(true), 'p = TRUE'],
    ['ubyte', types.wrap_ubyte(200), 'p = 200'],
    ['ushort', types.wrap_ushort(60_000), 'p = 60000'],
    ['uint', types.wrap_uint(4_000_000_000), 'p = 4000000000'],
    ['ulong', types.wrap_ulong(5), 'p >= 5 AND p <= 5.0'],
    ['byte', types.wrap_byte(-5), 'p = -5'],
    ['short', types.wrap_short(-500), 'p < -499'],
    ['int', types.wrap_int(-50_000), 'p + 1 = -49999'],
    ['long', types.wrap_long(Buffer.from('7fffffffffffffff', 'hex')), 'p = 9223372036854775807'],
    ['float', types.wrap_float(1.5), 'p * 2 = 3'],
    ['double', types.wrap_double(-0.25), 'p = -2.5E-1'],
    ['char', types.wrap_char(0x41), "p = 'A'"],
    ['timestamp', types.wrap_timestamp(1_000), 'p < sys.EnqueuedTimeUtc'],
    ['uuid', types.wrap_uuid(ID), 'p <> newid()'],
    ['binary', types.wrap_binary(Buffer.from('ab')), 'p IS NOT NULL'],
    ['string', types.wrap_string('text'), "p LIKE 't%'"],
    ['symbol', types.wrap_symbol('name'), "p IN ('other', 'name')"],
    ['null', types.wrap(null), 'p IS NULL AND EXISTS(p)'],
  ])('compute with an application property of type %s', async (_type, value, expression) => {
    const topic = await topicWhere(expression)
    await send(topic, { body: 'typed', applicationProperties: { p: amqp(value) } }, { body: 'without' })
    expect(await bodies(topic)).toEqual(['typed'])
  })

  test.each<[string, Partial<ServiceBusMessage>]>([
    ["sys.MessageId = 'm'", { messageId: 'm' }],
    ["sys.CorrelationId LIKE 'abc-%'", { correlationId: 'abc-1' }],
    ["sys.Label = 'l' AND sys.Subject = 'l'", { subject: 'l' }],
    ["sys.To IN ('a', 'b')", { to: 'b' }],
    ["sys.ReplyTo = 'r'", { replyTo: 'r' }],
    ["sys.SessionId = 'x'", { sessionId: 'x' }],
    ["sys.ReplyToSessionId = 'x'", { replyToSessionId: 'x' }],
    ["sys.ContentType <> 'text/plain'", { contentType: 'application/json' }],
    ["sys.PartitionKey = 'k'", { partitionKey: 'k' }],
    ['sys.EnqueuedTimeUtc + sys.TimeToLive = sys.ExpiresAtUtc', { timeToLive: 60_000 }],
  ])('see the system property of %s', async (sqlExpression, message) => {
    const topic = await topicWhere(sqlExpression)
    await send(topic, { body: 'with', ...message }, { body: 'without' })
    expect(await bodies(topic)).toEqual(['with'])
  })

  test('take parameters of every type that the client has', async () => {
    const sqlExpression = 's = @s AND n >= @n AND b = @b AND d < sys.EnqueuedTimeUtc'
    const sqlParameters = { '@s': 'x', '@n': 1.5, '@b': true }
    const topic = await topicWith([{ name: 'r', filter: { sqlExpression, sqlParameters } }])
    const applicationProperties = { s: 'x', n: 2, b: true, d: new Date(1_000) }
    await send(
      topic,
      { body: 1, applicationProperties },
      { body: 2, applicationProperties: { ...applicationProperties, n: 1 } },
    )
    expect(await bodies(topic)).toEqual([1])
  })

  test('that cannot be evaluated dead-letter the message if the subscription wants that', async () => {
    const topic = await topicWhere('weight > 5', { deadLetteringOnFilterEvaluationExceptions: true })
    await send(topic, { body: 'text', applicationProperties: { weight: 'heavy' } })
    expect(await bodies(topic)).toEqual([])
    const [dead] = await deadLetters(topic)
    expect(dead?.body).toBe('text')
    expect(dead?.deadLetterErrorDescription).toContain('> cannot be applied to string and integer')
  })

  test('that cannot be evaluated pass the message over otherwise', async () => {
    const topic = await topicWhere('weight > 5', { deadLetteringOnFilterEvaluationExceptions: false })
    await send(
      topic,
      { body: 'text', applicationProperties: { weight: 'heavy' } },
      { body: 'number', applicationProperties: { weight: 6 } },
    )
    expect(await bodies(topic)).toEqual(['number'])
    expect(await broker.administration.getSubscriptionRuntimeProperties(topic, 's')).toMatchObject({
      deadLetterMessageCount: 0,
    })
  })
})

describe('correlation filters', () => {
  test.each<[CorrelationRuleFilter, Partial<ServiceBusMessage>]>([
    [{ correlationId: 'x' }, { correlationId: 'x' }],
    [{ messageId: 'x' }, { messageId: 'x' }],
    [{ subject: 'x' }, { subject: 'x' }],
    [{ to: 'x' }, { to: 'x' }],
    [{ replyTo: 'x' }, { replyTo: 'x' }],
    [{ sessionId: 'x' }, { sessionId: 'x' }],
    [{ replyToSessionId: 'x' }, { replyToSessionId: 'x' }],
    [{ contentType: 'x' }, { contentType: 'x' }],
    [{ applicationProperties: { p: 'x' } }, { applicationProperties: { P: 'x' } }],
  ])('%o take only what is equal', async (filter, message) => {
    const topic = await topicWith([{ name: 'r', filter }])
    const upper = JSON.parse(JSON.stringify(message).replaceAll('"x"', '"X"'))
    await send(topic, { body: 'equal', ...message }, { body: 'case', ...upper }, { body: 'without' })
    expect(await bodies(topic)).toEqual(['equal'])
  })

  test('want all their fields', async () => {
    const filter = { subject: 'red', correlationId: 'high', applicationProperties: { n: 2, b: true } }
    const topic = await topicWith([{ name: 'r', filter }])
    const all = { subject: 'red', correlationId: 'high', applicationProperties: { n: 2, b: true } }
    await send(
      topic,
      { body: 'all', ...all },
      { body: 'subject', ...all, subject: 'blue' },
      { body: 'number', ...all, applicationProperties: { n: 3, b: true } },
      { body: 'text', ...all, applicationProperties: { n: '2', b: true } },
      { body: 'missing', ...all, applicationProperties: { n: 2 } },
    )
    expect(await bodies(topic)).toEqual(['all'])
  })
})

import { expect, test } from 'vitest'
import { readMessage } from './read-message.ts'

const ENTITY = 'agent-events/Subscriptions/gateway'
const metadata = {
  messageId: 'm-1',
  sessionId: 't-1',
  sequenceNumber: 12,
  enqueuedTimeUtc: '2026-11-20T10:00:00.123Z',
  deliveryCount: 2,
  applicationProperties: { tenant: 'x' },
}

test('a message is read from what the trigger hands over', () => {
  expect(readMessage(ENTITY, Buffer.from('x'), metadata)).toEqual({
    entity: ENTITY,
    body: Buffer.from('x'),
    messageId: 'm-1',
    sessionId: 't-1',
    applicationProperties: { tenant: 'x' },
    sequenceNumber: '12',
    enqueuedAt: '2026-11-20T10:00:00.123Z',
    deliveryCount: 2,
  })
})

test.each([[1234567890123456789n], [7], [true], [null], [{ a: 1 }], [undefined]])(
  'a session id that the platform parsed (%s) is not known: digits may be lost',
  (sessionId) => {
    expect(readMessage(ENTITY, 'x', { ...metadata, sessionId })).not.toHaveProperty('sessionId')
  },
)

test('other texts that the platform parsed are texts again, where nothing was lost', () => {
  const read = (value: unknown): unknown =>
    readMessage(ENTITY, 'x', { ...metadata, messageId: value }).messageId
  expect([7, true, 'a'].map(read)).toEqual(['7', 'true', 'a'])
  expect([1.5e300, 2 ** 53, null, { a: 1 }].map(read)).toEqual([undefined, undefined, undefined, undefined])
})

test('a time without a zone is UTC', () => {
  const { enqueuedAt } = readMessage(ENTITY, 'x', { ...metadata, enqueuedTimeUtc: '2026-11-20T10:00:00.123' })
  expect(enqueuedAt).toBe('2026-11-20T10:00:00.123Z')
})

test.each([
  [undefined],
  [null],
  [{}],
  [{ deliveryCount: 'x', applicationProperties: 3, sequenceNumber: {} }],
])('whatever the metadata is (%o), the message is read', (given) => {
  expect(readMessage(ENTITY, 'x', given)).toEqual({
    entity: ENTITY,
    body: Buffer.from('x'),
    applicationProperties: {},
    sequenceNumber: '0',
    enqueuedAt: '',
    deliveryCount: 1,
  })
})

test('a body that the platform parsed is JSON again', () => {
  expect(Buffer.from(readMessage(ENTITY, { a: 1 }, metadata).body).toString()).toBe('{"a":1}')
  expect(Buffer.from(readMessage(ENTITY, undefined, metadata).body).toString()).toBe('null')
})

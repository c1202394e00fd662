import fc from 'fast-check'
import { expect, test } from 'vitest'
import { receivedMessage } from '../../tests/support/open-quarantine.ts'
import { deadLetterKey, redriveTarget } from './dead-letter.ts'

const keyOf = (members: Parameters<typeof receivedMessage>[1]): string =>
  deadLetterKey(receivedMessage('x', members))

test('a message has the same key however often it is delivered and whatever it says', () => {
  expect(deadLetterKey(receivedMessage('x', { deliveryCount: 1 }))).toBe(
    deadLetterKey(receivedMessage('y', { deliveryCount: 9 })),
  )
})

test('messages that differ in entity, number or time have different keys', () => {
  const Message = fc.record({
    entity: fc.constantFrom(
      'q',
      'q/$DeadLetterQueue',
      't/Subscriptions/s',
      't/Subscriptions/s/$DeadLetterQueue',
    ),
    sequenceNumber: fc.nat({ max: 30 }).map(String),
    enqueuedAt: fc.nat({ max: 30 }).map((ms) => new Date(ms).toISOString()),
  })
  fc.assert(
    fc.property(Message, Message, (one, other) => {
      const same =
        one.entity === other.entity &&
        one.sequenceNumber === other.sequenceNumber &&
        one.enqueuedAt === other.enqueuedAt
      expect(keyOf(one) === keyOf(other)).toBe(same)
    }),
  )
})

test('the same number at the same time in another namespace is another message', () => {
  expect(keyOf({ namespace: 'BUS_2' })).not.toBe(keyOf({}))
})

test('a later message sorts before an earlier one of its entity', () => {
  const Time = fc.integer({ min: 0, max: 9_999_999_999_998 })
  fc.assert(
    fc.property(Time, Time, (a, b) => {
      fc.pre(a !== b)
      const [early, late] = [Math.min(a, b), Math.max(a, b)].map((time) =>
        keyOf({ enqueuedAt: new Date(time).toISOString() }),
      )
      expect((late ?? '') < (early ?? '')).toBe(true)
    }),
  )
})

test('a key stands in a path as it is', () => {
  expect(
    keyOf({ entity: 'agent-events/Subscriptions/gateway/$DeadLetterQueue', sequenceNumber: '12' }),
  ).toMatch(/^agent-events~Subscriptions~gateway~DeadLetterQueue\.\d{13}-12$/)
})

test('a message without a readable time has a key too', () => {
  expect(keyOf({ enqueuedAt: '' })).toMatch(/\.9999999999999-1$/)
  expect(keyOf({ enqueuedAt: 'yesterday' })).toBe(keyOf({ enqueuedAt: '' }))
})

test.each([
  ['agent-events/Subscriptions/gateway', 'agent-events'],
  ['agent-events/subscriptions/gateway/$DeadLetterQueue', 'agent-events'],
  ['a/b/Subscriptions/gateway', 'a/b'],
  ['sweeps', 'sweeps'],
  ['sweeps/$DeadLetterQueue', 'sweeps'],
])('what came from %s is sent to %s', (entity, target) => {
  expect(redriveTarget(entity)).toBe(target)
})

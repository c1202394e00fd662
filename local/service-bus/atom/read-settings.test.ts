import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_DURATION_MS } from '../config/limits.ts'
import { queueSettings, subscriptionSettings, topicSettings } from '../config/settings-from-file.ts'
import type { QueueSettings } from '../config/settings.ts'
import { readQueue, readSubscription, readTopic } from './read-settings.ts'
import { writeQueue, writeSubscription, writeTopic } from './write-settings.ts'
import { parseXml } from './xml.ts'

const BASE = 'sb://localhost:5300/'
const runtime = {
  createdAt: 0,
  updatedAt: 0,
  accessedAt: 0,
  sizeInBytes: 0,
  counts: { active: 1, deadLetter: 2, scheduled: 3, transfer: 4, transferDeadLetter: 5 },
}

const duration = fc.oneof(fc.integer({ min: 1_000, max: 10 ** 10 }), fc.constant(MAX_DURATION_MS))

const anyQueue: fc.Arbitrary<QueueSettings> = fc
  .record({
    lockDurationMs: duration,
    defaultTimeToLiveMs: duration,
    autoDeleteOnIdleMs: duration,
    duplicateDetectionWindowMs: duration,
    maxDeliveryCount: fc.nat(),
    requiresSession: fc.boolean(),
    requiresDuplicateDetection: fc.boolean(),
    deadLetterOnExpiration: fc.boolean(),
    enableBatchedOperations: fc.boolean(),
    status: fc.constantFrom('Active' as const, 'Disabled' as const, 'SendDisabled' as const),
    userMetadata: fc.string(),
  })
  .map((changes) => ({ ...queueSettings('q'), ...changes, forwardTo: 'a/b' }))

test('a queue reads back from its description', () => {
  fc.assert(
    fc.property(anyQueue, (settings) => {
      const written = writeQueue({ settings, ...runtime }, BASE).markup
      expect(readQueue('q', parseXml(written))).toEqual(settings)
    }),
  )
})

test('topics and subscriptions read back from their descriptions', () => {
  const topic = { ...topicSettings('t'), supportOrdering: false, maxMessageSizeInKilobytes: 2_048 }
  const written = writeTopic({ settings: topic, ...runtime, subscriptionCount: 0 }).markup
  expect(readTopic('t', parseXml(written))).toEqual(topic)
  const subscription = {
    ...subscriptionSettings('s'),
    deadLetterOnFilterError: false,
    forwardDeadLetteredMessagesTo: 'q',
  }
  const described = writeSubscription({ settings: subscription, ...runtime, topic: 't' }, BASE).markup
  expect(readSubscription('s', parseXml(described))).toEqual(subscription)
})

test('what is not stated gets the default of Azure', () => {
  expect(readQueue('q', parseXml('<QueueDescription/>'))).toEqual({
    name: 'q',
    defaultTimeToLiveMs: MAX_DURATION_MS,
    autoDeleteOnIdleMs: MAX_DURATION_MS,
    status: 'Active',
    userMetadata: '',
    enableBatchedOperations: true,
    lockDurationMs: 60_000,
    maxDeliveryCount: 10,
    requiresSession: false,
    deadLetterOnExpiration: false,
    requiresDuplicateDetection: false,
    duplicateDetectionWindowMs: 600_000,
    maxSizeInMegabytes: 1_024,
    enablePartitioning: false,
    enableExpress: false,
  })
})

test('a property of the wrong type is named', () => {
  const document = parseXml('<QueueDescription><MaxDeliveryCount>many</MaxDeliveryCount></QueueDescription>')
  expect(() => readQueue('q', document)).toThrow('The property MaxDeliveryCount is wrong')
})

test('keys of an entity are refused instead of promised', () => {
  const document = parseXml(
    '<QueueDescription><AuthorizationRules><AuthorizationRule/></AuthorizationRules></QueueDescription>',
  )
  expect(() => readQueue('q', document)).toThrow('Leave AuthorizationRules out')
})

import { expect, test } from 'vitest'
import { parseAddress } from './address.ts'

test.each([
  ['/$namespaceinfo', { kind: 'namespace' }],
  ['/$Resources/Queues', { kind: 'queues' }],
  ['/$resources/topics/', { kind: 'topics' }],
  ['/orders', { kind: 'entity', name: 'orders' }],
  ['/a/b', { kind: 'entity', name: 'a/b' }],
  ['/a%20b', { kind: 'entity', name: 'a b' }],
  ['/t/Subscriptions/', { kind: 'subscriptions', topic: 't' }],
  ['/a/b/subscriptions/s', { kind: 'subscription', topic: 'a/b', subscription: 's' }],
  ['/t/Subscriptions/s/Rules/', { kind: 'rules', topic: 't', subscription: 's' }],
  ['/t/Subscriptions/s/Rules/$Default', { kind: 'rule', topic: 't', subscription: 's', rule: '$Default' }],
  ['/', undefined],
])('%s', (path, address) => {
  expect(parseAddress(path)).toEqual(address)
})

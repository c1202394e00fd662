import { expect, test } from 'vitest'
import { entitiesOf } from './entities-of.ts'

const serviceBus = { connectionString: 'Endpoint=sb://n.servicebus.windows.net/' }

const namesIn = (deployment: Parameters<typeof entitiesOf>[0]): string[] => {
  const { queues, topics } = entitiesOf(deployment)
  const ofTopics = topics.flatMap(({ name, subscriptions }) =>
    subscriptions.map((one) => `${name}/${one.name}`),
  )
  return [...queues.map(({ name }) => name), ...ofTopics]
}

test('the deployment that brings the namespace has the plain names', () => {
  expect(namesIn({ id: 'a' })).toEqual([
    'sweeps',
    'notifications',
    'timeouts',
    'agent-events/gateway',
    'a2a-requests/proxy-a',
    'a2a-responses/proxy-a',
  ])
})

test('one that joins has a subscription of the agent events, and queues, of its own', () => {
  expect(namesIn({ id: 'b', serviceBus })).toEqual([
    'sweeps-b',
    'notifications-b',
    'timeouts-b',
    'agent-events/gateway-b',
    'a2a-requests/proxy-b',
    'a2a-responses/proxy-b',
  ])
})

test('a follower has no subscription of the agent events, because it does not read them', () => {
  const subscriptions = ['a2a-requests/proxy-b', 'a2a-responses/proxy-b']
  expect(namesIn({ id: 'b', role: 'follower', serviceBus })).toEqual([
    'sweeps-b',
    'notifications-b',
    'timeouts-b',
    ...subscriptions,
  ])
  expect(namesIn({ id: 'b', role: 'follower' })).toEqual([
    'sweeps',
    'notifications',
    'timeouts',
    ...subscriptions,
  ])
})

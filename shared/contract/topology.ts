import { NOTIFICATIONS_QUEUE } from './notifications.ts'
import { SWEEPS_QUEUE } from './sweep.ts'
import { TIMEOUTS_QUEUE } from './timeouts.ts'

/**
 * The Service Bus entities of the gateway: one list that feeds the local broker, the tests and the check of the Bicep.
 * Durations are ISO 8601, as in ARM and in the emulator's configuration file.
 */
export type QueueTopology = {
  name: string
  requiresSession: boolean
  lockDuration: string
  maxDeliveryCount: number
  requiresDuplicateDetection: boolean
  /** Whether a message whose time to live is over becomes a dead letter; otherwise it is gone. */
  deadLetteringOnMessageExpiration?: boolean
}

export type SubscriptionTopology = {
  name: string
  requiresSession: boolean
  lockDuration: string
  maxDeliveryCount: number
  deadLetteringOnMessageExpiration?: boolean
  /** A correlation filter on application properties; absent means every message. */
  filter?: Record<string, string>
}

export type TopicTopology = { name: string; subscriptions: SubscriptionTopology[] }

export type Topology = { queues: QueueTopology[]; topics: TopicTopology[] }

/** What tells a deployment apart from others on the same namespace. */
export type DeploymentNames = {
  proxyId: string
  /** The subscription of agent events, and what its queues' names end in: one that joins a namespace has its own. */
  subscription?: string | undefined
  queueSuffix?: string | undefined
}

export const A2A_REQUESTS = 'a2a-requests'
export const A2A_RESPONSES = 'a2a-responses'

/** The subscription in which a deployment finds the requests, and the responses, that are for it. */
export const proxySubscription = (proxyId: string): string => `proxy-${proxyId}`

/** Nothing is lost in silence: what is given up stays for an operator. */
const kept = { maxDeliveryCount: 10, deadLetteringOnMessageExpiration: true }

const workQueue = (name: string): QueueTopology => ({
  name,
  requiresSession: false,
  lockDuration: 'PT1M',
  requiresDuplicateDetection: false,
  ...kept,
})

/** The entities that one deployment needs. */
export const topologyOf = (names: DeploymentNames): Topology => {
  const { proxyId, subscription = 'gateway', queueSuffix = '' } = names
  const ofProxy = { name: proxySubscription(proxyId), filter: { proxyId }, ...kept }
  return {
    queues: [SWEEPS_QUEUE, NOTIFICATIONS_QUEUE, TIMEOUTS_QUEUE].map((name) =>
      workQueue(`${name}${queueSuffix}`),
    ),
    topics: [
      {
        name: 'agent-events',
        subscriptions: [{ name: subscription, requiresSession: true, lockDuration: 'PT1M', ...kept }],
      },
      // A request whose process died comes again when its lock is over.
      { name: A2A_REQUESTS, subscriptions: [{ ...ofProxy, requiresSession: false, lockDuration: 'PT30S' }] },
      { name: A2A_RESPONSES, subscriptions: [{ ...ofProxy, requiresSession: true, lockDuration: 'PT1M' }] },
    ],
  }
}

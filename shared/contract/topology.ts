import { SWEEPS_QUEUE } from './sweep.ts'

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
}

export type SubscriptionTopology = {
  name: string
  requiresSession: boolean
  lockDuration: string
  maxDeliveryCount: number
  /** A correlation filter on application properties; absent means every message. */
  filter?: Record<string, string>
}

export type TopicTopology = { name: string; subscriptions: SubscriptionTopology[] }

export type Topology = { queues: QueueTopology[]; topics: TopicTopology[] }

export const topology: Topology = {
  queues: [
    {
      name: SWEEPS_QUEUE,
      requiresSession: false,
      lockDuration: 'PT1M',
      maxDeliveryCount: 10,
      requiresDuplicateDetection: false,
    },
  ],
  topics: [
    {
      name: 'agent-events',
      subscriptions: [{ name: 'gateway', requiresSession: true, lockDuration: 'PT1M', maxDeliveryCount: 10 }],
    },
  ],
}

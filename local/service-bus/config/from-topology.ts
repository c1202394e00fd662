import type { Topology } from '../../../shared/contract/topology.ts'
import type { EmulatorFileInput } from './emulator-file.ts'

/** The namespace's name in Microsoft's emulator; it takes no other. */
const NAMESPACE = 'sbemulatorns'

/** The emulator's file for a list of entities, ready for `JSON.stringify` or {@link parseConfig}. */
export const fromTopology = (topology: Topology): EmulatorFileInput => ({
  UserConfig: {
    Namespaces: [
      {
        Name: NAMESPACE,
        Queues: topology.queues.map((queue) => ({
          Name: queue.name,
          Properties: {
            DeadLetteringOnMessageExpiration: queue.deadLetteringOnMessageExpiration ?? false,
            LockDuration: queue.lockDuration,
            MaxDeliveryCount: queue.maxDeliveryCount,
            RequiresDuplicateDetection: queue.requiresDuplicateDetection,
            RequiresSession: queue.requiresSession,
          },
        })),
        Topics: topology.topics.map((topic) => ({
          Name: topic.name,
          Subscriptions: topic.subscriptions.map((subscription) => ({
            Name: subscription.name,
            Properties: {
              DeadLetteringOnMessageExpiration: subscription.deadLetteringOnMessageExpiration ?? false,
              LockDuration: subscription.lockDuration,
              MaxDeliveryCount: subscription.maxDeliveryCount,
              RequiresSession: subscription.requiresSession,
            },
            ...(subscription.filter === undefined
              ? {}
              : {
                  Rules: [
                    {
                      Name: 'filter',
                      Properties: {
                        FilterType: 'Correlation' as const,
                        CorrelationFilter: { Properties: subscription.filter },
                      },
                    },
                  ],
                }),
          })),
        })),
      },
    ],
    Logging: { Type: 'Console' },
  },
})

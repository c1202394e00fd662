import type { Topology } from '../../shared/contract/topology.ts'
import { createAdministrationClient } from './create-administration-client.ts'

const CONFLICT = 409

/** Creates, and takes it as done when somebody else just did the same. */
const create = async (exists: Promise<boolean>, make: () => Promise<unknown>): Promise<void> => {
  if (await exists) return
  await make().catch((error: unknown) => {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === CONFLICT)) throw error
  })
}

/** Creates the queues, topics and subscriptions that a running namespace lacks; what exists is left as it is. */
export const ensureEntities = async (
  topology: Topology,
  { connectionString, managementUrl }: { connectionString: string; managementUrl?: string | undefined },
): Promise<void> => {
  const client = createAdministrationClient(connectionString, managementUrl)
  for (const { name, ...settings } of topology.queues) {
    await create(client.queueExists(name), () => client.createQueue(name, settings))
  }
  for (const { name: topic, subscriptions } of topology.topics) {
    await create(client.topicExists(topic), () => client.createTopic(topic))
    for (const { name, filter, ...settings } of subscriptions) {
      const defaultRuleOptions =
        filter === undefined ? undefined : { name: 'filter', filter: { applicationProperties: filter } }
      await create(client.subscriptionExists(topic, name), () =>
        client.createSubscription(topic, name, {
          ...settings,
          ...(defaultRuleOptions === undefined ? {} : { defaultRuleOptions }),
        }),
      )
    }
  }
}

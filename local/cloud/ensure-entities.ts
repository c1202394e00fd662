import type { Topology } from '../../shared/contract/topology.ts'
import { UsageError } from '../service/run.ts'
import { createAdministrationClient } from './create-administration-client.ts'
import type { Broker } from './find-broker.ts'

const CONFLICT = 409

/** Creates, and takes it as done when somebody else just did the same. */
const create = async (exists: Promise<boolean>, make: () => Promise<unknown>): Promise<void> => {
  if (await exists) return
  await make().catch((error: unknown) => {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === CONFLICT)) throw error
  })
}

const createMissing = async (
  topology: Topology,
  { connectionString, managementUrl }: Broker,
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

/**
 * Creates the queues, topics and subscriptions that a running namespace lacks; what exists is left as it is.
 * @throws UsageError when the namespace cannot be asked, or refuses.
 */
export const ensureEntities = async (topology: Topology, broker: Broker): Promise<void> => {
  try {
    await createMissing(topology, broker)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(
      `the broker of --service-bus cannot be prepared: ${reason} Start it first, and check its connection string${broker.managementUrl === undefined ? '' : ` and its management endpoint ${broker.managementUrl}`}.`,
    )
  }
}

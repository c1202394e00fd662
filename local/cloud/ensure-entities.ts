import { ServiceBusAdministrationClient } from '@azure/service-bus'
import type { Topology } from '../../shared/contract/topology.ts'

const CONFLICT = 409

/**
 * The administration client for a namespace. For a local broker it is sent to the management endpoint, and by http:
 * the SDK dials https whatever the connection string says (Azure/azure-sdk-for-js#32771).
 */
const createClient = (connectionString: string, managementUrl?: string): ServiceBusAdministrationClient => {
  if (managementUrl === undefined) return new ServiceBusAdministrationClient(connectionString)
  const { host } = new URL(managementUrl)
  const client = new ServiceBusAdministrationClient(
    connectionString.replace(/Endpoint=sb:\/\/[^;/]+/i, `Endpoint=sb://${host}`),
  )
  client.pipeline.addPolicy({
    name: 'local-management',
    sendRequest: (request, next) => {
      request.url = request.url.replace(/^https:/, 'http:')
      request.allowInsecureConnection = true
      return next(request)
    },
  })
  return client
}

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
  const client = createClient(connectionString, managementUrl)
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

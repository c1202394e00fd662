import { ServiceBusAdministrationClient, isServiceBusError } from '@azure/service-bus'
import type { Topology } from '../../shared/contract/topology.ts'

/**
 * The administration client for a namespace. The SDK always dials https at the connection string's endpoint, so for a
 * local broker its requests are turned to the management endpoint (reference: Azure/azure-sdk-for-js#32771).
 */
const createClient = (connectionString: string, managementUrl?: string): ServiceBusAdministrationClient => {
  const client = new ServiceBusAdministrationClient(connectionString)
  if (managementUrl === undefined) return client
  client.pipeline.addPolicy({
    name: 'local-management',
    sendRequest: (request, next) => {
      const { pathname, search } = new URL(request.url)
      request.url = new URL(pathname + search, managementUrl).href
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
    if (!(isServiceBusError(error) && error.code === 'MessagingEntityAlreadyExists')) {
      const isConflict = error instanceof Error && 'statusCode' in error && error.statusCode === 409
      if (!isConflict) throw error
    }
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

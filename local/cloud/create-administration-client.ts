import { ServiceBusAdministrationClient } from '@azure/service-bus'

/**
 * The administration client for a namespace. For a local broker it is sent to the management endpoint, by http if that
 * is its scheme: the SDK dials https whatever the connection string says (Azure/azure-sdk-for-js#32771).
 */
export const createAdministrationClient = (
  connectionString: string,
  managementUrl?: string,
): ServiceBusAdministrationClient => {
  if (managementUrl === undefined) return new ServiceBusAdministrationClient(connectionString)
  const { host, protocol } = new URL(managementUrl)
  const client = new ServiceBusAdministrationClient(
    connectionString.replace(/Endpoint=sb:\/\/[^;/]+/i, `Endpoint=sb://${host}`),
  )
  if (protocol === 'https:') return client
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

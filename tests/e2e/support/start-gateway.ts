import { onTestFinished } from 'vitest'
import { startFunctionsHost } from '../../../local/functions-host/start-functions-host.ts'
import { APP, type TestCloud } from './start-test-cloud.ts'

/**
 * Starts one more gateway on the services of a cloud, with settings of its own, until the test is over.
 * @returns its address.
 */
export const startGateway = async (
  { endpoints }: TestCloud,
  env: Readonly<Record<string, string>>,
): Promise<{ url: string }> => {
  const host = await startFunctionsHost({
    app: APP,
    port: 0,
    strict: true,
    env: {
      AzureWebJobsStorage: endpoints.storage,
      AZURE_SERVICE_BUS_CONNECTION_STRING: endpoints.serviceBus,
      WEB_PUBSUB_CONNECTION_STRING: endpoints.webPubSub,
      ...env,
    },
  })
  onTestFinished(() => host.stop())
  return { url: host.url }
}

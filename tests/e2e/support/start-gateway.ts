import { onTestFinished } from 'vitest'
import { startFunctionsHost } from '../../../local/functions-host/start-functions-host.ts'
import { APP, type TestCloud } from './start-test-cloud.ts'

/**
 * Starts one more gateway on the services of a cloud, with settings of its own, until the test is over or it is stopped.
 * @returns its address.
 */
export const startGateway = async (
  { endpoints }: Pick<TestCloud, 'endpoints'>,
  env: Readonly<Record<string, string>>,
  { port = 0 }: { port?: number } = {},
): Promise<{ url: string; stop(): Promise<void> }> => {
  const host = await startFunctionsHost({
    app: APP,
    port,
    strict: true,
    env: {
      AzureWebJobsStorage: endpoints.storage,
      AZURE_SERVICE_BUS_CONNECTION_STRING: endpoints.serviceBus,
      WEB_PUBSUB_CONNECTION_STRING: endpoints.webPubSub,
      ...env,
    },
  })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= host.stop())
  onTestFinished(stop)
  return { url: host.url, stop }
}

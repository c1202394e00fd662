import type { DeploymentNames } from '../../shared/contract/topology.ts'

/** What the app is told about the cloud it runs in. */
export type AppSettings = {
  /** Connection strings. */
  serviceBus: string
  webPubSub: string
  storage: string
  publicUrl: string
  secretKey: string
  /** How this deployment is called, and what is its own on the bus. */
  names: DeploymentNames
}

/** The app settings by their names on Azure (`local.settings.sample.json` lists them all). */
export const appSettings = (settings: AppSettings): Record<string, string> => ({
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  WEBSITE_SITE_NAME: settings.names.proxyId,
  AGENT_GATEWAY_A2A__PROXY_ID: settings.names.proxyId,
  ...(settings.names.subscription === undefined
    ? {}
    : { AZURE_SERVICE_BUS_SUBSCRIPTION_NAME: settings.names.subscription }),
  ...(settings.names.queueSuffix === undefined
    ? {}
    : { AGENT_GATEWAY_SERVICE_BUS__QUEUE_SUFFIX: settings.names.queueSuffix }),
  AzureWebJobsStorage: settings.storage,
  AZURE_SERVICE_BUS_CONNECTION_STRING: settings.serviceBus,
  WEB_PUBSUB_CONNECTION_STRING: settings.webPubSub,
  AGENT_GATEWAY_SECRET_KEY: settings.secretKey,
  PUBLIC_URL: settings.publicUrl,
  // Agents and webhooks of one's own are on this machine.
  AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.0/8,::1,localhost',
})

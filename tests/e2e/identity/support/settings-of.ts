import { createHash } from 'node:crypto'
import { ADMIN_KEY } from '../../access/callers.ts'
import { trustCertificate } from '../../signaling/support/certificate.ts'
import type { Entra } from './start-entra.ts'
import { ofB, SERVICE_OBJECT_ID, WEBHOOK_AUDIENCE, type Services } from './start-services.ts'

export type Deployment = {
  id: 'a' | 'b'
  url: string
  workspace: string
  /** Which identity the app says it is. */
  clientId: string
}

/** What tells one deployment from the other. */
const ownOf = ({ id, url, workspace }: Deployment): Record<string, string> => ({
  AGENT_GATEWAY_A2A__PROXY_ID: id,
  AGENT_GATEWAY_WORKSPACE: workspace,
  PUBLIC_URL: url,
  ...(id === 'a'
    ? {}
    : {
        AZURE_SERVICE_BUS_SUBSCRIPTION_NAME: ofB.subscription,
        AGENT_GATEWAY_SERVICE_BUS__QUEUE_SUFFIX: ofB.queueSuffix,
      }),
})

/**
 * The whole environment of an app, as it is on Azure: no connection string and no key of a service. No variable of this
 * machine is there to stand in for a setting.
 */
export const settingsOf = (
  deployment: Deployment,
  { storage, serviceBus, webPubSub }: Services,
  entra: Entra,
): Record<string, string> => ({
  ...ownOf(deployment),
  AZURE_CLIENT_ID: deployment.clientId,
  AzureWebJobsStorage__tableServiceUri: storage[deployment.id].tableUrl,
  AzureWebJobsStorage__blobServiceUri: storage[deployment.id].blobUrl,
  AzureWebJobsStorage__credential: 'managedidentity',
  AzureWebJobsStorage__clientId: deployment.clientId,
  AZURE_SERVICE_BUS_CONNECTION_STRING__fullyQualifiedNamespace: `localhost:${serviceBus.port}`,
  AZURE_SERVICE_BUS_CONNECTION_STRING__credential: 'managedidentity',
  AZURE_SERVICE_BUS_CONNECTION_STRING__clientId: deployment.clientId,
  WEB_PUBSUB_CONNECTION_STRING__endpoint: `https://127.0.0.1:${webPubSub.port}`,
  AGENT_GATEWAY_SIGNALING__WEBHOOK__ISSUER: entra.issuer,
  AGENT_GATEWAY_SIGNALING__WEBHOOK__JWKS_URL: entra.jwksUrl,
  AGENT_GATEWAY_SIGNALING__WEBHOOK__AUDIENCE: WEBHOOK_AUDIENCE,
  AGENT_GATEWAY_SIGNALING__WEBHOOK__OBJECT_IDS: SERVICE_OBJECT_ID,
  AGENT_GATEWAY_SECRET_KEY: 'of the gateway itself, 0123456789',
  AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'operator',
  AGENT_GATEWAY_AUTH__API_KEYS__0__HASH: createHash('sha256').update(ADMIN_KEY).digest('hex'),
  AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.1',
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
  ...entra.environment,
  ...trustCertificate,
  PATH: process.env['PATH'] ?? '',
})

import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { startFunctionsHost } from '../../../../local/functions-host/start-functions-host.ts'
import { startWebPubSub } from '../../../../local/web-pubsub/start-web-pubsub.ts'
import { findPortBase } from '../../support/find-port-base.ts'
import { APP, type TestCloud } from '../../support/start-test-cloud.ts'
import { startEntra, type Entra } from './start-entra.ts'
import { CERTIFICATE, CERTIFICATE_KEY, trustCertificate } from './certificate.ts'

export const AUDIENCE = 'api://agent-gateway'
export const SERVICE_OBJECT_ID = 'the-web-pubsub-service'

/** A gateway without any key of Web PubSub, on the other services of a cloud, until the test is over. */
export const startIdentityGateway = async ({
  endpoints,
}: TestCloud): Promise<{ url: string; socketUrl: string; ca: Buffer; entra: Entra }> => {
  const entra = await startEntra('the-app')
  const tls = { cert: readFileSync(CERTIFICATE), key: readFileSync(CERTIFICATE_KEY) }
  const port = await findPortBase()
  const url = `http://127.0.0.1:${port}`
  const identity = {
    issuer: entra.issuer,
    tenantId: 'tenant',
    objectId: SERVICE_OBJECT_ID,
    key: { ...entra.privateKey, kty: 'RSA', kid: entra.privateKey.kid ?? '', alg: 'RS256' },
  }
  const handler = {
    urlTemplate: `${url}/ws/events/{event}`,
    userEventPattern: '*',
    systemEvents: ['connect' as const, 'disconnected' as const],
    auth: { type: 'ManagedIdentity' as const, managedIdentity: { resource: AUDIENCE } },
  }
  const service = await startWebPubSub({
    tls,
    testIssuer: { issuer: entra.issuer, jwks: entra.keys },
    config: { identity, hubs: { agents: { anonymousConnectPolicy: 'allow', eventHandlers: [handler] } } },
  })
  onTestFinished(() => service.stop())
  const host = await startFunctionsHost({
    app: APP,
    port,
    strict: true,
    env: {
      ...trustCertificate,
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      AGENT_GATEWAY_SECRET_KEY: 'x'.repeat(32),
      AzureWebJobsStorage: endpoints.storage,
      AZURE_SERVICE_BUS_CONNECTION_STRING: endpoints.serviceBus,
      WEB_PUBSUB_CONNECTION_STRING__endpoint: `https://127.0.0.1:${service.port}`,
      IDENTITY_ENDPOINT: entra.identityEndpoint,
      IDENTITY_HEADER: 'secret-of-the-platform',
      AGENT_GATEWAY_SIGNALING__WEBHOOK__ISSUER: entra.issuer,
      AGENT_GATEWAY_SIGNALING__WEBHOOK__JWKS_URL: entra.jwksUrl,
      AGENT_GATEWAY_SIGNALING__WEBHOOK__AUDIENCE: AUDIENCE,
      AGENT_GATEWAY_SIGNALING__WEBHOOK__OBJECT_IDS: SERVICE_OBJECT_ID,
    },
  })
  onTestFinished(() => host.stop())
  return { url, socketUrl: `wss://127.0.0.1:${service.port}/client/hubs/agents`, ca: tls.cert, entra }
}

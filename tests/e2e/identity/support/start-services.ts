import { readFileSync } from 'node:fs'
import { fromTopology } from '../../../../local/service-bus/config/from-topology.ts'
import { parseConfig } from '../../../../local/service-bus/config/read-config.ts'
import { startServiceBus, type RunningServiceBus } from '../../../../local/service-bus/start.ts'
import { startStorage, type RunningStorage } from '../../../../local/storage/start-storage.ts'
import { startWebPubSub, type RunningWebPubSub } from '../../../../local/web-pubsub/start-web-pubsub.ts'
import { type Topology, topologyOf } from '../../../../shared/contract/topology.ts'
import { CERTIFICATE, CERTIFICATE_KEY } from '../../signaling/support/certificate.ts'
import type { Entra } from './start-entra.ts'

/** What the service asks tokens for when it tells the gateway of its clients. */
export const WEBHOOK_AUDIENCE = 'api://agent-gateway'
/** The identity of the Web PubSub service. */
export const SERVICE_OBJECT_ID = 'the-web-pubsub-service'

/** Two deployments on one namespace; what `b` has of its own. */
export const ofB = { subscription: 'gateway-b', queueSuffix: '-b' }

const topology = (): Topology => {
  const [a, b] = [topologyOf({ proxyId: 'a' }), topologyOf({ proxyId: 'b', ...ofB })]
  const topics = a.topics.map(({ name, subscriptions }) => {
    const more = b.topics.find((topic) => topic.name === name)?.subscriptions ?? []
    return { name, subscriptions: [...subscriptions, ...more] }
  })
  return { queues: [...a.queues, ...b.queues], topics }
}

export type Services = {
  /** Each deployment has an account. */
  storage: Readonly<Record<'a' | 'b', RunningStorage>>
  serviceBus: RunningServiceBus
  webPubSub: RunningWebPubSub
  stop(): Promise<void>
}

/** Storage, Service Bus and Web PubSub, that take tokens of `entra`, over TLS. Web PubSub proves itself to the gateway by one as well. */
export const startServices = async (entra: Entra, { gateway }: { gateway: string }): Promise<Services> => {
  const tls = { cert: readFileSync(CERTIFICATE), key: readFileSync(CERTIFICATE_KEY) }
  const { issuer, tenantId } = entra
  const identity = {
    issuer,
    tenantId,
    objectId: SERVICE_OBJECT_ID,
    key: { ...entra.privateKey, kty: 'RSA', kid: entra.privateKey.kid ?? '', alg: 'RS256' },
  }
  const handler = {
    urlTemplate: `${gateway}/ws/events/{event}`,
    userEventPattern: '*',
    systemEvents: ['connect' as const, 'disconnected' as const],
    auth: { type: 'ManagedIdentity' as const, managedIdentity: { resource: WEBHOOK_AUDIENCE } },
  }
  const storageOptions = { tls: { cert: CERTIFICATE, key: CERTIFICATE_KEY }, oauth: 'basic' as const }
  const [a, b, serviceBus, webPubSub] = await Promise.all([
    startStorage(storageOptions),
    startStorage(storageOptions),
    startServiceBus({
      port: 0,
      tls,
      jwt: { issuer, key: entra.publicKey },
      namespace: parseConfig(fromTopology(topology()), 'the topology'),
    }),
    startWebPubSub({
      tls,
      testIssuer: { issuer, jwks: entra.keys },
      config: { identity, hubs: { agents: { anonymousConnectPolicy: 'allow', eventHandlers: [handler] } } },
    }),
  ])
  const stop = async (): Promise<void> => {
    await Promise.all([a, b, serviceBus, webPubSub].map((service) => service.stop()))
  }
  return { storage: { a, b }, serviceBus, webPubSub, stop }
}

import type { Mutation } from './mutation.ts'

const ENTITIES = 'modules/entities.bicep'
const HUB = 'modules/agents-hub.bicep'
const STORAGE = 'modules/storage.bicep'
const MAIN = 'main.bicep'

export const ofTopology: readonly Mutation[] = [
  ['a queue more', ENTITIES, "'timeouts']", "'timeouts', 'more']", 'extra: queue more'],
  ['a queue less', ENTITIES, "['sweeps', ", '[', 'missing: queue sweeps'],
  ['another lock', ENTITIES, "'PT30S'", "'PT2M'", 'missing: subscription a2a-requests/proxy-test'],
  ['other deliveries', ENTITIES, 'maxDeliveryCount: 10', 'maxDeliveryCount: 3', 'maxDeliveryCount 3'],
  ['no sessions', ENTITIES, 'requiresSession: true', 'requiresSession: false', 'requiresSession false'],
  [
    'sessions of a queue',
    ENTITIES,
    'requiresSession: false',
    'requiresSession: true',
    'requiresSession true',
  ],
  [
    'duplicates detected',
    ENTITIES,
    'requiresDuplicateDetection: false',
    'requiresDuplicateDetection: true',
    'requiresDuplicateDetection true',
  ],
  [
    'another filter',
    ENTITIES,
    '{ proxyId: proxyId }',
    '{ proxyId: namespaceName }',
    'filter {"proxyId":"sb-',
  ],
  ['a filter by label', ENTITIES, '{ properties: {', "{ label: 'x', properties: {", '"label":"x"'],
  ['a second rule', ENTITIES, "name: '$Default'", "name: 'own'", '"rule":"own"'],
  ['a topic less', 'modules/messaging.bicep', "name: 'a2a-responses'", "name: 'a2a-answers'", 'a2a-answers'],
  [
    'what expires is lost',
    ENTITIES,
    'deadLetteringOnMessageExpiration: true',
    'deadLetteringOnMessageExpiration: false',
    'deadLetteringOnMessageExpiration false',
  ],
  [
    'a time to live',
    ENTITIES,
    "lockDuration: 'PT1M'",
    "lockDuration: 'PT1M'\n      defaultMessageTimeToLive: 'P1D'",
    'P1D',
  ],
  [
    'events that nobody reads',
    MAIN,
    "contains(runs, 'events')",
    'true',
    'extra: subscription agent-events/gateway',
  ],
  [
    'an equal subscription of two',
    MAIN,
    "joins ? 'gateway-${proxyId}' : 'gateway'",
    "'gateway'",
    'agent-events/gateway-test',
  ],
  ['topics of others', MAIN, 'if (owns && !joins)', 'if (owns)', 'a joined namespace is left as it is'],
]

export const ofHubs: readonly Mutation[] = [
  ['a system event less', HUB, "['connect', 'disconnected']", "['connect']", 'missing: hub agents tells'],
  ['no user events', HUB, "userEventPattern: '*'", "userEventPattern: 'none'", 'missing: hub agents tells'],
  ['another path', HUB, '/ws/events/{event}', '/ws/event/{event}', 'missing: hub agents tells'],
  [
    'nobody anonymous',
    HUB,
    "anonymousConnectPolicy: 'allow'",
    "anonymousConnectPolicy: 'deny'",
    'anonymous allow',
  ],
  [
    'anonymous viewers',
    'modules/realtime.bicep',
    "anonymousConnectPolicy: 'deny'",
    "anonymousConnectPolicy: 'allow'",
    'extra: hub gateway, anonymous allow',
  ],
  ['events without a token', HUB, "type: 'ManagedIdentity'", "type: 'None'", 'without a token'],
  [
    'a service without identity',
    'modules/realtime.bicep',
    "type: 'SystemAssigned'",
    "type: 'None'",
    'no identity to sign',
  ],
  [
    'tokens for others',
    MAIN,
    "'fb60f99c-7a34-4190-8149-302f77469936'",
    "'another'",
    'tokens for api://AzureADTokenExchange',
  ],
  ['no hub of agents for signaling', MAIN, "contains(runs, 'signaling')", 'empty(parts)', 'no hub agents'],
  ['another hub', HUB, "name: 'agents'", "name: 'sockets'", 'no hub agents'],
]

export const ofStorage: readonly Mutation[] = [
  ['a table less', STORAGE, "  'idempotency'\n", '', 'missing: table idempotency'],
  ['a table more', STORAGE, "  'sessions'\n", "  'sessions'\n  'more'\n", 'extra: table more'],
  ['a container less', STORAGE, "  'parts'\n", '', 'missing: container parts'],
  [
    'letters deleted',
    'modules/leftovers.bicep',
    "container: 'parts'",
    "container: 'quarantine'",
    'deleted out of container quarantine',
  ],
  ['a package elsewhere', MAIN, '${packages.outputs.name}', 'elsewhere', 'which is no container'],
]

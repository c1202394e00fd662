import type { Mutation } from './mutation.ts'

const SETTINGS = 'modules/settings.bicep'
const STORAGE = 'modules/storage.bicep'
const MAIN = 'main.bicep'

export const ofSettings: readonly Mutation[] = [
  [
    'no address of the bus',
    SETTINGS,
    'AZURE_SERVICE_BUS_CONNECTION_STRING__fullyQualifiedNamespace: serviceBusHost',
    '',
    'AZURE_SERVICE_BUS_CONNECTION_STRING is set, but',
  ],
  [
    'no account',
    SETTINGS,
    'AzureWebJobsStorage__accountName: storageName',
    '',
    'AzureWebJobsStorage is set, but',
  ],
  [
    'another name',
    SETTINGS,
    'WEB_PUBSUB_CONNECTION_STRING__endpoint',
    'WEB_PUBSUB__endpoint',
    'nobody reads WEB_PUBSUB__endpoint',
  ],
  [
    'a key that is none',
    SETTINGS,
    'AGENT_GATEWAY_STREAMS__TTL_HOURS',
    'AGENT_GATEWAY_STREAMS__TTL',
    'nobody reads AGENT_GATEWAY_STREAMS__TTL',
  ],
  ['no address', SETTINGS, 'PUBLIC_URL: publicUrl', '', 'missing: PUBLIC_URL'],
  [
    'no identity of triggers',
    SETTINGS,
    "AZURE_SERVICE_BUS_CONNECTION_STRING__credential: 'managedidentity'",
    '',
    'missing: AZURE_SERVICE_BUS_CONNECTION_STRING__credential',
  ],
  [
    'an identity of a connection less',
    SETTINGS,
    'AZURE_CLIENT_ID: clientId',
    "AZURE_CLIENT_ID: ''",
    'missing: AZURE_CLIENT_ID',
  ],
  [
    'no object id',
    SETTINGS,
    'OBJECT_IDS: webhook.objectId',
    "OBJECT_IDS: ''",
    'missing: AGENT_GATEWAY_SIGNALING__WEBHOOK__OBJECT_IDS',
  ],
  [
    'a setting that Flex refuses',
    SETTINGS,
    'PARTS: parts',
    "PARTS: parts\n      FUNCTIONS_WORKER_RUNTIME: 'node'",
    'Flex Consumption refuses',
  ],
  [
    'everybody may call',
    SETTINGS,
    'PARTS: parts',
    "PARTS: parts\n      AZURE_FUNCTIONS_ENVIRONMENT: 'Development'",
    'it is a machine of',
  ],
  ['parts that are not passed on', SETTINGS, 'PARTS: parts', "PARTS: ''", 'part events runs'],
  ['the id of another', SETTINGS, '__PROXY_ID: proxyId', '__PROXY_ID: storageName', 'missing: id test'],
  [
    'queues of another',
    SETTINGS,
    '__QUEUE_SUFFIX: queueSuffix',
    "__QUEUE_SUFFIX: ''",
    'missing: suffix -test',
  ],
]

export const ofSecrets: readonly Mutation[] = [
  [
    'a secret in clear',
    MAIN,
    'vaultName: names.vault\n    hasPreviousSecretKeys',
    'vaultName: secretKey\n    hasPreviousSecretKeys',
    'a secret is in clear in Microsoft.Web/sites/config',
  ],
  [
    'a secret that is told',
    MAIN,
    'output GATEWAY_URL string = publicUrl',
    'output GATEWAY_URL string = secretKey',
    'the output GATEWAY_URL tells a secret',
  ],
  [
    'a secret in the history',
    'modules/vault.bicep',
    '@secure()\nparam secretKey',
    'param secretKey',
    'gets a secret without @secure()',
  ],
  [
    'a secret of main in the history',
    MAIN,
    '@secure()\n@minLength',
    '@minLength',
    'is a secret without @secure()',
  ],
  [
    'a secret by another name',
    'modules/vault.bicep',
    "name: 'agent-gateway-secret-key'",
    "name: 'secret-key'",
    'SECRET_KEY refers to no secret',
  ],
  [
    'a key of the account',
    SETTINGS,
    'PARTS: parts',
    'PARTS: app.listKeys().keys[0]',
    'a key of a service is in',
  ],
]

export const ofKeys: readonly Mutation[] = [
  [
    'keys of storage',
    STORAGE,
    'allowSharedKeyAccess: false',
    'allowSharedKeyAccess: true',
    'allowSharedKeyAccess is not false',
  ],
  [
    'keys of the bus',
    'modules/messaging.bicep',
    'disableLocalAuth: true',
    'disableLocalAuth: false',
    'disableLocalAuth is not true',
  ],
  [
    'keys of Web PubSub',
    'modules/realtime.bicep',
    '    disableLocalAuth: true\n',
    '',
    'webPubSub: properties.disableLocalAuth',
  ],
  [
    'keys of telemetry',
    'modules/monitoring.bicep',
    'DisableLocalAuth: true',
    'DisableLocalAuth: false',
    'DisableLocalAuth is not true',
  ],
  ['passwords', 'modules/compute.bicep', 'allow: false', 'allow: true', 'properties.allow is not false'],
  [
    'an unknown type',
    'modules/identity.bicep',
    'Microsoft.ManagedIdentity/userAssignedIdentities@',
    'Microsoft.Cache/redis@',
    'Microsoft.Cache/redis: can somebody sign in',
  ],
  [
    'an open private network',
    STORAGE,
    "publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'",
    "publicNetworkAccess: 'Enabled'",
    'is open beside the private network',
  ],
  ['no way to the tables', 'modules/network.bicep', "group: 'table'", "group: 'queue'", 'missing: table'],
]

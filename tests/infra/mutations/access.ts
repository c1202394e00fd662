import type { Mutation } from './mutation.ts'

const SETTINGS = 'modules/settings.bicep'
const HUB = 'modules/agents-hub.bicep'
const ACCESS = 'modules/access.bicep'
const BUS_ACCESS = 'modules/bus-access.bicep'
const MAIN = 'main.bicep'

export const ofRoles: readonly Mutation[] = [
  [
    'a broader role',
    ACCESS,
    '4633458b-17de-408a-b874-0445c86b69e6',
    'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    'extra: Key Vault Secrets Officer',
  ],
  ['a role that is none', ACCESS, '3913510d-42f4', '3913510d-42f5', 'unknown role 3913510d-42f5'],
  [
    'a role of the group',
    BUS_ACCESS,
    'scope: queues[i]\n',
    '',
    'extra: Azure Service Bus Data Owner on everything',
  ],
  [
    'the right to receive less',
    BUS_ACCESS,
    "    { topic: 'a2a-requests', name: proxySubscription }\n",
    '',
    'missing: Azure Service Bus Data Owner on subscription a2a-requests',
  ],
  [
    'a role without a reason',
    ACCESS,
    '// Web PubSub Service Owner: tokens for viewers and agents, messages to groups, ending connections.\n',
    '',
    'no comment tells what the role Web PubSub Service Owner',
  ],
  [
    'a role of somebody else',
    ACCESS,
    'principalId: principalId',
    'principalId: webPubSubName',
    'is for wps-',
  ],
  [
    'a name that is not one',
    ACCESS,
    'guid(vault.id, principalId, secretsUser)',
    'guid(vault.id, principalId)',
    'is not named by scope',
  ],
]

export const ofParameters: readonly Mutation[] = [
  [
    'a parameter without a description',
    MAIN,
    "@description('Region",
    "@metadata({})\n@secure()\n@metadata('Region",
    'location is not described',
  ],
  [
    'a number without a bound',
    MAIN,
    '@minValue(1)\n@maxValue(1000)\n',
    '',
    'maximumInstanceCount is not bounded',
  ],
  ['an id that is too long', MAIN, '@maxLength(42)', '@maxLength(60)', 'must have at most 44 characters'],
  [
    'a bound that the app does not take',
    MAIN,
    '@maxValue(87600)',
    '@maxValue(876000)',
    'streamTtlHours may be 876000',
  ],
  ['a parameter that azd does not give', 'main.parameters.json', '"parts"', '"part"', 'does not give parts'],
  [
    'one variable for two',
    'main.parameters.json',
    '${GATEWAY_PARTS}',
    '${GATEWAY_PROXY_ID}',
    'has no variable of its own',
  ],
  [
    'a parameter that nobody uses',
    HUB,
    'param appUrl string',
    'param appUrl string\nparam other string = appUrl',
    'other is not used',
  ],
  [
    'a parameter of a module that is not there',
    MAIN,
    'retentionDays: logRetentionDays',
    'retention: logRetentionDays',
    'there is no parameter retention',
  ],
  ['a name that is not there', MAIN, 'alertEmail\n', 'alertMail\n', 'there is no alertMail'],
  ['no Bicep', HUB, 'resource service', 'resource resource service', 'This is no Bicep'],
]

export const ofScale: readonly Mutation[] = [
  [
    'viewers by another number',
    SETTINGS,
    'string(httpConcurrency)',
    "'200'",
    'an instance gets 1000 requests at once and serves 200',
  ],
  [
    'a function that is not there',
    MAIN,
    'function:events_ingest',
    'function:ingest',
    'there is no function:ingest',
  ],
  [
    'instances that nobody asked for',
    'modules/compute.bicep',
    '> 0',
    '>= 0',
    'always ready without being asked for',
  ],
  [
    'a front door in a hurry',
    'modules/edge.bicep',
    'originResponseTimeoutSeconds: 240',
    'originResponseTimeoutSeconds: 60',
    'Front Door waits 60 s',
  ],
  ['sockets elsewhere', 'modules/edge.bicep', "paths: ['/ws']", "paths: ['/ws/*']", 'route missing: /ws='],
  [
    'what host.json says said again',
    SETTINGS,
    'PARTS: parts',
    "PARTS: parts\n      AzureFunctionsJobHost__functionTimeout: '00:01:00'",
    'is not said again',
  ],
  [
    'a webhook that is not there',
    HUB,
    '/ws/events/{event}',
    '/ws/event/{event}',
    'no function answers POST and OPTIONS',
  ],
]

// The whole stack of one environment, as azd calls it: every value that a person may choose is a parameter here, and
// what others need to know is an output. docs/guides/deploy.md leads through it, docs/guides/scale.md says what to raise.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment: one environment is one deployment of the gateway.')
param environmentName string

@description('Region; it must offer Flex Consumption.')
@metadata({ azd: { type: 'location' } })
param location string

@minLength(1)
@maxLength(42)
@description('Name of this deployment among others on one Service Bus: letters, digits and - . _, other than theirs. (42, so that "gateway-{id}" can be the name of a subscription, which has at most 50 characters.)')
param proxyId string = take(environmentName, 42)

@description('Parts of the gateway that run here, separated by commas, of: events, a2a, signaling, operations. Empty: all of them.')
param parts string = ''

@description('Version of Node. The app is built for and tested on the default.')
@allowed(['22', '24', '26'])
param runtimeVersion string = '24'

@description('Memory of an instance. With less, a viewer costs less; with more, an instance takes more work at once.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
@description('Instances of one function, or of all HTTP functions together, at most. It bounds what a flood can cost.')
param maximumInstanceCount int = 100

@minValue(1)
@maxValue(1000)
@description('Requests that an instance gets at once, and viewers that it serves: an open stream is a request that mostly waits.')
param httpConcurrency int = 200

@minValue(0)
@maxValue(100)
@description('Instances for HTTP that are always there, so that nobody waits for a start. One of 2 GB costs about $21 a month ($0.000004 per GB-second, work extra).')
param alwaysReadyHttp int = 0

@minValue(0)
@maxValue(100)
@description('Instances that always wait for agent events. About $21 a month each with 2 GB.')
param alwaysReadyIngest int = 0

@minValue(0)
@maxValue(100)
@description('Instances that always wait for A2A requests of other deployments. About $21 a month each with 2 GB.')
param alwaysReadyA2aRequests int = 0

@minValue(0)
@maxValue(100)
@description('Instances that always wait for what other deployments answer. About $21 a month each with 2 GB.')
param alwaysReadyA2aResponses int = 0

@description('Standard is paid by operation ($10 a month and 13 million of them), Premium by unit ($677 a month). A private network always takes Premium.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@maxLength(50)
@description('Name of a Service Bus namespace with the topics of a gateway, to join it: then only what this deployment has for itself is added there. Empty: a namespace of its own.')
param existingServiceBusNamespace string = ''

@description('Resource group of that namespace, in the same subscription.')
param existingServiceBusResourceGroup string = ''

@maxLength(50)
@description('What the names of this deployment\'s queues end in: its own where the namespace has others.')
param queueSuffix string = empty(existingServiceBusNamespace) ? '' : '-${proxyId}'

@description('Free takes 20 connections; a unit of the others takes 1,000, for $49 (Standard) or $61 (Premium) a month. Premium_P2 begins at 100 units. A private network cannot take Free.')
@allowed(['Free_F1', 'Standard_S1', 'Premium_P1', 'Premium_P2'])
param webPubSubSku string = 'Standard_S1'

@minValue(1)
@maxValue(1000)
@description('Units of Web PubSub: 1 to 100, of Premium_P2 100 to 1,000. Plan for 800 connections each.')
param webPubSubUnits int = 1

@minLength(1)
@description('What Web PubSub asks Entra a token for when it tells the app an event: the application ID URI of something that the tenant knows. The default is Web PubSub itself, where the identity in the token may do nothing.')
param webhookAudience string = 'https://webpubsub.azure.com'

@description('Reach storage, Service Bus, Web PubSub and Key Vault by private endpoints alone. Clients still come by the public addresses of app and sockets.')
param privateNetwork bool = false

@description('One address for app and sockets by Front Door, from $35 a month. Without it agents are led to the address of Web PubSub.')
param frontDoor bool = false

@maxLength(254)
@description('Who gets alerts and news of the budget, by e-mail. Empty: nobody.')
param alertEmail string = ''

@minValue(0)
@description('A month, in the currency of the subscription; the e-mail tells when it is spent. 0: no budget.')
param budgetAmount int = 0

@minValue(30)
@maxValue(730)
@description('Days that logs and telemetry are kept; 31 are included in the price of taking them in.')
param logRetentionDays int = 30

@minValue(1)
@maxValue(87600)
@description('Hours after its last event until a stream is deleted. Blobs that nothing names any more are deleted a year later.')
param streamTtlHours int = 168

@secure()
@minLength(32)
@description('Signs tickets and seals stored secrets. A hook makes it before the first provisioning, and only then.')
param secretKey string

@secure()
@description('Earlier secret keys, separated by commas: what was sealed under them still opens.')
param previousSecretKeys string = ''

@description('Further app settings by name; they win over those of settings.bicep.')
param appSettings object = {}

var abbreviations = loadJsonContent('abbreviations.json')
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var joins = !empty(existingServiceBusNamespace)
var serviceBusName = joins ? existingServiceBusNamespace : '${abbreviations.serviceBusNamespace}${token}'
var serviceBusGroup = joins ? existingServiceBusResourceGroup : '${abbreviations.resourceGroup}${environmentName}'

// The file is part of the app. A follower stores no agent events, nor does an app without that part.
var role = loadYamlContent('../workspace/proxy-config.yaml').?proxy.?role ?? 'coordinator'
var runs = map(split(parts, ','), part => trim(part))
var readsEvents = role == 'coordinator' && (empty(parts) || contains(runs, 'events'))
var eventsSubscription = joins ? 'gateway-${proxyId}' : 'gateway'

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: '${abbreviations.resourceGroup}${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: '${abbreviations.userAssignedIdentity}${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: '${abbreviations.logAnalyticsWorkspace}${token}'
    componentName: '${abbreviations.applicationInsights}${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: '${abbreviations.storageAccount}${token}'
    location: location
    tags: tags
    isPrivate: privateNetwork
    streamTtlHours: streamTtlHours
  }
}

module messaging 'modules/messaging.bicep' = if (!joins) {
  name: 'messaging'
  scope: group
  params: {
    name: serviceBusName
    location: location
    tags: tags
    sku: privateNetwork ? 'Premium' : serviceBusSku
    isPrivate: privateNetwork
  }
}

module entities 'modules/entities.bicep' = {
  name: 'entities-${token}'
  scope: resourceGroup(serviceBusGroup)
  params: {
    namespaceName: serviceBusName
    proxyId: proxyId
    queueSuffix: queueSuffix
    eventsSubscription: eventsSubscription
    readsEvents: readsEvents
  }
  dependsOn: [messaging]
}

module realtime 'modules/realtime.bicep' = {
  name: 'realtime'
  scope: group
  params: {
    name: '${abbreviations.webPubSub}${token}'
    location: location
    tags: tags
    sku: privateNetwork && webPubSubSku == 'Free_F1' ? 'Standard_S1' : webPubSubSku
    units: webPubSubUnits
    isPrivate: privateNetwork
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: '${abbreviations.keyVault}${token}'
    location: location
    tags: tags
    isPrivate: privateNetwork
    secretKey: secretKey
    previousSecretKeys: previousSecretKeys
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: group
  params: {
    name: '${abbreviations.virtualNetwork}${token}'
    location: location
    tags: tags
    storageId: storage.outputs.id
    serviceBusId: entities.outputs.namespaceId
    webPubSubId: realtime.outputs.id
    vaultId: vault.outputs.id
  }
}

module access 'modules/access.bicep' = {
  name: 'access'
  scope: group
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    webPubSubName: realtime.outputs.name
    vaultName: vault.outputs.name
    componentName: monitoring.outputs.componentName
  }
}

module busAccess 'modules/bus-access.bicep' = {
  name: 'bus-access-${token}'
  scope: resourceGroup(serviceBusGroup)
  params: {
    principalId: identity.outputs.principalId
    namespaceName: serviceBusName
    queueNames: entities.outputs.queueNames
    proxySubscription: entities.outputs.proxySubscription
    eventsSubscription: eventsSubscription
    readsEvents: readsEvents
  }
}

module compute 'modules/compute.bicep' = {
  name: 'compute'
  scope: group
  params: {
    name: '${abbreviations.functionApp}${token}'
    planName: '${abbreviations.appServicePlan}${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    packagesUrl: storage.outputs.packagesUrl
    runtimeVersion: runtimeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReady: [
      { name: 'http', instanceCount: alwaysReadyHttp }
      { name: 'function:events_ingest', instanceCount: alwaysReadyIngest }
      { name: 'function:a2a_requests', instanceCount: alwaysReadyA2aRequests }
      { name: 'function:a2a_responses', instanceCount: alwaysReadyA2aResponses }
    ]
    subnetId: network.?outputs.appSubnetId ?? ''
  }
  // Roles first: they take up to a minute to be felt, and the host reads its package as soon as it starts.
  dependsOn: [access, busAccess]
}

module agentsHub 'modules/agents-hub.bicep' = {
  name: 'agents-hub'
  scope: group
  params: {
    webPubSubName: realtime.outputs.name
    appUrl: 'https://${compute.outputs.hostName}'
    audience: webhookAudience
  }
}

module edge 'modules/edge.bicep' = if (frontDoor) {
  name: 'edge'
  scope: group
  params: {
    name: '${abbreviations.frontDoor}${token}'
    tags: tags
    appHost: compute.outputs.hostName
    webPubSubHost: realtime.outputs.hostName
    agentsHub: agentsHub.outputs.name
  }
}

var publicUrl = edge.?outputs.url ?? 'https://${compute.outputs.hostName}'

module settings 'modules/settings.bicep' = {
  name: 'settings'
  scope: group
  params: {
    appName: compute.outputs.name
    clientId: identity.outputs.clientId
    insightsConnectionString: monitoring.outputs.connectionString
    storageName: storage.outputs.name
    serviceBusHost: entities.outputs.host
    webPubSubEndpoint: realtime.outputs.endpoint
    vaultName: vault.outputs.name
    hasPreviousSecretKeys: !empty(previousSecretKeys)
    publicUrl: publicUrl
    topicName: entities.outputs.topicName
    eventsSubscription: eventsSubscription
    queueSuffix: queueSuffix
    proxyId: proxyId
    parts: parts
    httpConcurrency: httpConcurrency
    streamTtlHours: streamTtlHours
    webhook: { audience: webhookAudience, objectId: realtime.outputs.principalId }
    further: appSettings
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    actionGroupName: '${abbreviations.actionGroup}${token}'
    email: alertEmail
    componentId: monitoring.outputs.componentId
    serviceBusId: entities.outputs.namespaceId
    storageId: storage.outputs.id
    webPubSubId: realtime.outputs.id
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0 && !empty(alertEmail)) {
  name: 'budget'
  scope: group
  params: {
    name: 'gateway-${token}'
    amount: budgetAmount
    email: alertEmail
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output GATEWAY_URL string = publicUrl
output GATEWAY_APP_NAME string = compute.outputs.name
output SERVICE_BUS_NAMESPACE string = serviceBusName
output SERVICE_BUS_HOST string = entities.outputs.host
output AGENT_EVENTS_TOPIC_ID string = entities.outputs.topicId
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output WEB_PUBSUB_ENDPOINT string = realtime.outputs.endpoint
output KEY_VAULT_NAME string = vault.outputs.name
output LOG_WORKSPACE_ID string = monitoring.outputs.workspaceId

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

@maxLength(64)
@description('Name of an azd environment in the same region whose storage, Service Bus, Web PubSub, key vault and logs this one uses: then only an app is made here, for parts that are to be deployed and scaled apart. Empty: services of its own.')
param sharedEnvironment string = ''

@minLength(1)
@maxLength(42)
@description('Name of this deployment among others on one Service Bus: letters, digits and - . _, other than theirs. (42, so that "gateway-{id}" can be the name of a subscription, which has at most 50 characters.)')
param proxyId string = take(empty(sharedEnvironment) ? environmentName : sharedEnvironment, 42)

@maxLength(64)
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
@description('Instances that the app has at most. It bounds what a flood can cost.')
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

@maxLength(90)
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
@maxLength(256)
@description('What Web PubSub asks Entra a token for, to prove to the app that an event comes from it. The default is there in every tenant; the application ID URI of a registration of your own may take its place.')
param webhookResource string = 'api://AzureADTokenExchange'

@minLength(1)
@maxLength(256)
@description('What such a token then says it is for. Entra names the default by its application ID; with a registration of your own it is the URI in tokens of version 1, the ID in those of version 2.')
param webhookAudience string = webhookResource == 'api://AzureADTokenExchange' ? 'fb60f99c-7a34-4190-8149-302f77469936' : webhookResource

@description('Reach storage, Service Bus, Web PubSub and Key Vault by private endpoints alone. Clients still come by the public addresses of app and sockets.')
param privateNetwork bool = false

@description('One address for app and sockets by Front Door, from $35 a month. Without it agents are led to the address of Web PubSub.')
param frontDoor bool = false

@maxLength(254)
@description('Who gets alerts and news of the budget, by e-mail. Empty: nobody.')
param alertEmail string = ''

@minValue(0)
@maxValue(1000000)
@description('A month, in the currency of the subscription; the e-mail tells when it is spent. 0: no budget.')
param budgetAmount int = 0

@maxLength(32)
@description('First day of the budget. It cannot be changed afterwards, so azd keeps it: the output of the same name. Empty: the first of this month.')
param budgetStart string = ''

@description('Not to be set.')
param thisMonth string = utcNow('yyyy-MM-01')

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
@description('Earlier secret keys, separated by commas: what was sealed under them still opens. An environment that shares services says that there are some, too.')
param previousSecretKeys string = ''

@description('Further app settings by name; they win over those of settings.bicep.')
param appSettings object = {}

var abbreviations = loadJsonContent('abbreviations.json')
var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var groupName = '${abbreviations.resourceGroup}${environmentName}'

// Whether the services are made here, or are those of another environment.
var owns = empty(sharedEnvironment)
var ownerName = owns ? environmentName : sharedEnvironment
var ownerToken = toLower(uniqueString(subscription().id, ownerName, location))
var ownerGroup = '${abbreviations.resourceGroup}${ownerName}'
var names = {
  storage: '${abbreviations.storageAccount}${ownerToken}'
  webPubSub: '${abbreviations.webPubSub}${ownerToken}'
  vault: '${abbreviations.keyVault}${ownerToken}'
  component: '${abbreviations.applicationInsights}${ownerToken}'
  network: '${abbreviations.virtualNetwork}${ownerToken}'
}

var joins = !empty(existingServiceBusNamespace)
var serviceBusName = joins ? existingServiceBusNamespace : '${abbreviations.serviceBusNamespace}${ownerToken}'
var serviceBusGroup = joins ? existingServiceBusResourceGroup : ownerGroup
var eventsSubscription = joins ? 'gateway-${proxyId}' : 'gateway'

// The file is part of the app. A follower stores no agent events, nor does an app without that part.
var role = loadYamlContent('../workspace/proxy-config.yaml').?proxy.?role ?? 'coordinator'
var runs = empty(parts) ? ['events', 'signaling'] : map(split(parts, ','), part => trim(part))
var readsEvents = role == 'coordinator' && contains(runs, 'events')

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: groupName
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

module monitoring 'modules/monitoring.bicep' = if (owns) {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: '${abbreviations.logAnalyticsWorkspace}${token}'
    componentName: names.component
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = if (owns) {
  name: 'storage'
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    isPrivate: privateNetwork
    streamTtlHours: streamTtlHours
  }
}

module messaging 'modules/messaging.bicep' = if (owns && !joins) {
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

module realtime 'modules/realtime.bicep' = if (owns) {
  name: 'realtime'
  scope: group
  params: {
    name: names.webPubSub
    location: location
    tags: tags
    sku: privateNetwork && webPubSubSku == 'Free_F1' ? 'Standard_S1' : webPubSubSku
    units: webPubSubUnits
    isPrivate: privateNetwork
  }
}

module vault 'modules/vault.bicep' = if (owns) {
  name: 'vault'
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    isPrivate: privateNetwork
    secretKey: secretKey
    previousSecretKeys: previousSecretKeys
  }
}

module shared 'modules/shared.bicep' = {
  name: 'shared-${token}'
  scope: resourceGroup(ownerGroup)
  params: {
    storageName: names.storage
    webPubSubName: names.webPubSub
    vaultName: names.vault
    componentName: names.component
  }
  dependsOn: [storage, realtime, vault, monitoring]
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

module network 'modules/network.bicep' = if (privateNetwork && owns) {
  name: 'network'
  scope: group
  params: {
    name: names.network
    location: location
    tags: tags
    storageId: shared.outputs.storageId
    serviceBusId: entities.outputs.namespaceId
    webPubSubId: shared.outputs.webPubSubId
    vaultId: shared.outputs.vaultId
  }
}

module access 'modules/access.bicep' = {
  name: 'access-${token}'
  scope: resourceGroup(ownerGroup)
  params: {
    principalId: identity.outputs.principalId
    storageName: names.storage
    webPubSubName: names.webPubSub
    vaultName: names.vault
    componentName: names.component
  }
  dependsOn: [shared]
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

module packages 'modules/packages.bicep' = {
  name: 'packages-${token}'
  scope: resourceGroup(ownerGroup)
  params: {
    storageName: names.storage
    containerName: owns ? 'packages' : 'packages-${token}'
  }
  dependsOn: [shared]
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
    packagesUrl: '${shared.outputs.blobEndpoint}${packages.outputs.name}'
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
    subnetId: privateNetwork
      ? resourceId(subscription().subscriptionId, ownerGroup, 'Microsoft.Network/virtualNetworks/subnets', names.network, 'app')
      : ''
  }
  // Roles first: they take up to a minute to be felt, and the host reads its package as soon as it starts.
  dependsOn: [access, busAccess, network]
}

module agentsHub 'modules/agents-hub.bicep' = if (contains(runs, 'signaling')) {
  name: 'agents-hub-${token}'
  scope: resourceGroup(ownerGroup)
  params: {
    webPubSubName: names.webPubSub
    appUrl: 'https://${compute.outputs.hostName}'
    tokenResource: webhookResource
  }
}

module edge 'modules/edge.bicep' = if (frontDoor) {
  name: 'edge'
  scope: group
  params: {
    name: '${abbreviations.frontDoor}${token}'
    tags: tags
    appHost: compute.outputs.hostName
    webPubSubHost: shared.outputs.webPubSubHost
  }
}

var publicUrl = edge.?outputs.url ?? 'https://${compute.outputs.hostName}'

module settings 'modules/settings.bicep' = {
  name: 'settings'
  scope: group
  params: {
    appName: compute.outputs.name
    clientId: identity.outputs.clientId
    insightsConnectionString: shared.outputs.insightsConnectionString
    storageName: names.storage
    serviceBusHost: entities.outputs.host
    webPubSubHost: shared.outputs.webPubSubHost
    vaultName: names.vault
    hasPreviousSecretKeys: !empty(previousSecretKeys)
    publicUrl: publicUrl
    topicName: entities.outputs.topicName
    eventsSubscription: eventsSubscription
    queueSuffix: queueSuffix
    proxyId: proxyId
    parts: parts
    httpConcurrency: httpConcurrency
    streamTtlHours: streamTtlHours
    webhook: { audience: webhookAudience, objectId: shared.outputs.webPubSubPrincipalId }
    further: appSettings
  }
}

module alerts 'modules/alerts.bicep' = if (owns) {
  name: 'alerts'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    actionGroupName: '${abbreviations.actionGroup}${token}'
    email: alertEmail
    componentId: shared.outputs.componentId
  }
}

module metricAlerts 'modules/metric-alerts.bicep' = if (owns) {
  name: 'metric-alerts'
  scope: group
  params: {
    token: token
    tags: tags
    actionGroupIds: alerts!.outputs.actionGroupIds
    serviceBusId: entities.outputs.namespaceId
    storageId: shared.outputs.storageId
    webPubSubId: shared.outputs.webPubSubId
  }
}

var hasBudget = budgetAmount > 0 && !empty(alertEmail)
var budgetSince = empty(budgetStart) ? thisMonth : budgetStart

module budget 'modules/budget.bicep' = if (hasBudget) {
  name: 'budget'
  scope: group
  params: {
    name: 'gateway-${token}'
    amount: budgetAmount
    email: alertEmail
    startDate: budgetSince
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = groupName
output GATEWAY_URL string = publicUrl
output GATEWAY_APP_NAME string = compute.outputs.name
output GATEWAY_BUDGET_START string = hasBudget ? budgetSince : ''
output SERVICE_BUS_NAMESPACE string = serviceBusName
output SERVICE_BUS_HOST string = entities.outputs.host
output AGENT_EVENTS_TOPIC_ID string = entities.outputs.topicId
output STORAGE_ACCOUNT_NAME string = names.storage
output WEB_PUBSUB_ENDPOINT string = 'https://${shared.outputs.webPubSubHost}'
output KEY_VAULT_NAME string = names.vault
output APPLICATION_INSIGHTS_NAME string = names.component

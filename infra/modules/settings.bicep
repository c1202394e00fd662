// The app settings: names of services, never their keys. docs/guides/configuration.md explains each.
param appName string
param clientId string
param insightsConnectionString string
param storageName string
param serviceBusHost string
param webPubSubHost string
param vaultName string
param hasPreviousSecretKeys bool
param publicUrl string
param topicName string
param eventsSubscription string
param queueSuffix string
param proxyId string
param parts string
param httpConcurrency int
param streamTtlHours int

@description('What events of Web PubSub are checked by.')
param webhook { audience: string, objectId: string }

@description('Further app settings by name; they win.')
param further object

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: appName
}

var previousKeys = '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=agent-gateway-secret-key-previous)'

// All of them at once: what is not here is removed from the app.
resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    {
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
      AZURE_CLIENT_ID: clientId
      AzureWebJobsStorage__accountName: storageName
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: clientId
      AZURE_SERVICE_BUS_CONNECTION_STRING__fullyQualifiedNamespace: serviceBusHost
      AZURE_SERVICE_BUS_CONNECTION_STRING__credential: 'managedidentity'
      AZURE_SERVICE_BUS_CONNECTION_STRING__clientId: clientId
      AZURE_SERVICE_BUS_TOPIC_NAME: topicName
      AZURE_SERVICE_BUS_SUBSCRIPTION_NAME: eventsSubscription
      WEB_PUBSUB_CONNECTION_STRING__endpoint: 'https://${webPubSubHost}'
      WEB_PUBSUB_CONNECTION_STRING__clientId: clientId
      AGENT_GATEWAY_SECRET_KEY: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=agent-gateway-secret-key)'
      AGENT_GATEWAY_A2A__PROXY_ID: proxyId
      AGENT_GATEWAY_SERVICE_BUS__QUEUE_SUFFIX: queueSuffix
      // One truth with the number of requests that an instance gets at once: a viewer is one of them.
      AGENT_GATEWAY_STREAMS__MAX_VIEWERS: string(httpConcurrency)
      AGENT_GATEWAY_STREAMS__TTL_HOURS: string(streamTtlHours)
      AGENT_GATEWAY_SIGNALING__WEBHOOK__TENANT_ID: subscription().tenantId
      AGENT_GATEWAY_SIGNALING__WEBHOOK__AUDIENCE: webhook.audience
      AGENT_GATEWAY_SIGNALING__WEBHOOK__OBJECT_IDS: webhook.objectId
      PARTS: parts
      PUBLIC_URL: publicUrl
    },
    hasPreviousSecretKeys ? { AGENT_GATEWAY_SECRET_KEY_PREVIOUS: previousKeys } : {},
    further
  )
}

// What the app may do outside Service Bus (for that see bus-access.bicep). Every role is a line of this file.
param principalId string
param storageName string
param webPubSubName string
param vaultName string
param componentName string

var storageRoles = [
  // The host: its locks, its list of keys and the package of the app, in containers that it makes itself. This is the
  // least that it is documented to work with.
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  // The app: large bodies. The role above includes it as long as host and app share an account.
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
  // The app: everything that is no blob; the host: its diagnostic events.
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
]

// Web PubSub Service Owner: tokens for viewers and agents, messages to groups, ending connections.
var webPubSubOwner = '12cf5a90-567b-43ae-8102-96cf46c7d9b4'

// Key Vault Secrets User: reads what the app settings refer to, and can neither write nor list it.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

// Monitoring Metrics Publisher: sends telemetry, where the key in the connection string counts for nothing.
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

var roles = 'Microsoft.Authorization/roleDefinitions'

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource webPubSub 'Microsoft.SignalRService/webPubSub@2024-03-01' existing = {
  name: webPubSubName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    scope: storage
    name: guid(storage.id, principalId, role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(roles, role)
    }
  }
]

resource onWebPubSub 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: webPubSub
  name: guid(webPubSub.id, principalId, webPubSubOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(roles, webPubSubOwner)
  }
}

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, secretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(roles, secretsUser)
  }
}

resource onComponent 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, principalId, metricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(roles, metricsPublisher)
  }
}

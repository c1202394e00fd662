// What the services of an environment say of themselves: to the app of this environment, or to one of another that shares
// them (sharedEnvironment).
param storageName string
param webPubSubName string
param vaultName string
param componentName string

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

output storageId string = storage.id
output blobEndpoint string = storage.properties.primaryEndpoints.blob
output webPubSubId string = webPubSub.id
output webPubSubHost string = webPubSub.properties.hostName
output webPubSubPrincipalId string = webPubSub.identity.principalId
output vaultId string = vault.id
output componentId string = component.id
output insightsConnectionString string = component.properties.ConnectionString

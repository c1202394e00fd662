// The secrets of the app, read by Key Vault references in its settings.
param name string
param location string
param tags object
param isPrivate bool

@secure()
param secretKey string

@secure()
@description('Earlier secret keys, separated by commas; none: empty.')
param previousSecretKeys string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    // Without purge protection, so that `azd down --purge` frees the name; a vault deleted by mistake can be recovered.
    softDeleteRetentionInDays: 90
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

resource current 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'agent-gateway-secret-key'
  properties: { value: secretKey }
}

resource previous 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(previousSecretKeys)) {
  parent: vault
  name: 'agent-gateway-secret-key-previous'
  properties: { value: previousSecretKeys }
}

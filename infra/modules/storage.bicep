// One account: the gateway's tables and blobs, packages of the app, and what the Functions host keeps for itself.
param name string
param location string
param tags object
param isPrivate bool

@description('Hours after its last event until the app deletes a stream.')
param streamTtlHours int

// The app creates none of them: each is named by a part of it (shared/compose).
var tableNames = [
  'agents'
  'connections'
  'expiry'
  'idempotency'
  'notifications'
  'quarantine'
  'sessions'
  'streams'
]
var containerNames = [
  'notifications'
  'parts'
  'quarantine'
  'streams'
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in tableNames: {
    parent: tableService
    name: table
  }
]

// No soft delete: what the app deletes has served its time, and keeping it on would only be paid for.
resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in containerNames: {
    parent: blobService
    name: container
    properties: { publicAccess: 'None' }
  }
]

module leftovers 'leftovers.bicep' = {
  name: 'leftovers'
  params: {
    accountName: account.name
    streamTtlHours: streamTtlHours
  }
}

// Where the package of an app lies. Each app has a container of its own, since all packages have the same name.
param storageName string
param containerName string

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: storage::blobs
  name: containerName
  properties: { publicAccess: 'None' }
}

output name string = container.name

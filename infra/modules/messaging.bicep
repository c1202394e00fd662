// A Service Bus namespace and the topics that all its deployments share. What one deployment has there for itself is in
// entities.bicep, which also joins a namespace that exists.
param name string
param location string
param tags object

@allowed(['Standard', 'Premium'])
param sku string
param isPrivate bool

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
    capacity: sku == 'Premium' ? 1 : null
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

// The size is the largest of Standard: room for a night without a reader, and it costs nothing.
resource agentEvents 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: 'agent-events'
  properties: { maxSizeInMegabytes: 5120 }
}

resource requests 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: 'a2a-requests'
  properties: { maxSizeInMegabytes: 5120 }
}

resource responses 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: 'a2a-responses'
  properties: { maxSizeInMegabytes: 5120 }
}

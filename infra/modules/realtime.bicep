// The Web PubSub service and the hub of tasks. The hub of agents is made after the app (agents-hub.bicep).
param name string
param location string
param tags object

@allowed(['Free_F1', 'Standard_S1', 'Premium_P1', 'Premium_P2'])
param sku string
param units int
param isPrivate bool

resource service 'Microsoft.SignalRService/webPubSub@2024-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'WebPubSub'
  sku: {
    name: sku
    capacity: sku == 'Free_F1' ? 1 : units
  }
  // With it the service proves to the app that an event comes from it.
  identity: { type: 'SystemAssigned' }
  properties: {
    disableAadAuth: false
    disableLocalAuth: true
    // Viewers and agents connect from anywhere; in a private network the app calls by the private endpoint.
    publicNetworkAccess: 'Enabled'
    networkACLs: isPrivate
      ? {
          defaultAction: 'Allow'
          publicNetwork: { allow: ['ClientConnection'] }
        }
      : null
    tls: { clientCertEnabled: false }
  }
}

// Viewers only read what their ticket names, so nothing they do has to be told to the app.
resource gateway 'Microsoft.SignalRService/webPubSub/hubs@2024-03-01' = {
  parent: service
  name: 'gateway'
  properties: {
    anonymousConnectPolicy: 'deny'
    eventHandlers: []
  }
}

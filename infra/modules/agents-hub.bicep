// The hub of agents' sockets. It comes after the app, because what happens on it is told to the app's address.
param webPubSubName string

@description('Address of the app, without a slash at its end.')
param appUrl string

@description('What the service asks a token for, to prove to the app that an event comes from it.')
param tokenResource string

resource service 'Microsoft.SignalRService/webPubSub@2024-03-01' existing = {
  name: webPubSubName
}

resource agents 'Microsoft.SignalRService/webPubSub/hubs@2024-03-01' = {
  parent: service
  name: 'agents'
  properties: {
    // Who an agent is, it proves on the connection; without a token the app takes the sub-protocol ioap.v1 alone.
    anonymousConnectPolicy: 'allow'
    eventHandlers: [
      {
        urlTemplate: '${appUrl}/ws/events/{event}'
        userEventPattern: '*'
        systemEvents: ['connect', 'disconnected']
        auth: {
          type: 'ManagedIdentity'
          managedIdentity: { resource: tokenResource }
        }
      }
    ]
  }
}

// One address for everything: /ws leads to the sockets of agents, every other path to the app.
param name string
param tags object
param appHost string
param webPubSubHost string

var origins = [
  { name: 'app', host: appHost, paths: ['/*'], originPath: null }
  // That path alone: /ws/negotiate and what Web PubSub tells to /ws/events are the app's.
  { name: 'sockets', host: webPubSubHost, paths: ['/ws'], originPath: '/client/hubs/agents' }
]

resource profile 'Microsoft.Cdn/profiles@2025-04-15' = {
  name: name
  location: 'global'
  tags: tags
  sku: { name: 'Standard_AzureFrontDoor' }
  // The longest there is. A stream is never silent for so long: comments go out every 15 seconds.
  properties: { originResponseTimeoutSeconds: 240 }
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2025-04-15' = {
  parent: profile
  name: name
  location: 'global'
  tags: tags
  properties: { enabledState: 'Enabled' }
}

// Without probes: a group has a single origin, and every edge location would wake the app for them.
resource groups 'Microsoft.Cdn/profiles/originGroups@2025-04-15' = [
  for origin in origins: {
    parent: profile
    name: origin.name
    properties: {
      loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3 }
      sessionAffinityState: 'Disabled'
    }
  }
]

resource hosts 'Microsoft.Cdn/profiles/originGroups/origins@2025-04-15' = [
  for (origin, i) in origins: {
    parent: groups[i]
    name: origin.name
    properties: {
      hostName: origin.host
      originHostHeader: origin.host
      httpsPort: 443
      enforceCertificateNameCheck: true
    }
  }
]

// No cache: what is answered belongs to who asked, and a cached path takes no WebSocket.
resource routes 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-04-15' = [
  for (origin, i) in origins: {
    parent: endpoint
    name: origin.name
    properties: {
      originGroup: { id: groups[i].id }
      originPath: origin.originPath
      patternsToMatch: origin.paths
      supportedProtocols: ['Http', 'Https']
      httpsRedirect: 'Enabled'
      forwardingProtocol: 'HttpsOnly'
      linkToDefaultDomain: 'Enabled'
    }
    // A route to a group without an origin is refused.
    dependsOn: [hosts]
  }
]

output url string = 'https://${endpoint.properties.hostName}'

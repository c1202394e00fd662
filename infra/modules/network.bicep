// A private way from the app to its services: a subnet for it, one for the endpoints, a zone for each kind of name.
param name string
param location string
param tags object
param storageId string
param serviceBusId string
param webPubSubId string
param vaultId string

// None for queues: neither the app nor, without triggers on blobs or queues, its host uses them.
var endpoints = [
  { key: 'blob', service: storageId, group: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { key: 'table', service: storageId, group: 'table', zone: 'privatelink.table.${environment().suffixes.storage}' }
  { key: 'bus', service: serviceBusId, group: 'namespace', zone: 'privatelink.servicebus.windows.net' }
  { key: 'sockets', service: webPubSubId, group: 'webpubsub', zone: 'privatelink.webpubsub.azure.com' }
  { key: 'vault', service: vaultId, group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
]

resource network 'Microsoft.Network/virtualNetworks@2024-10-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          // Room for the 1,000 instances that Flex Consumption may have.
          addressPrefix: '10.0.16.0/20'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.0.1.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (endpoint, i) in endpoints: {
    parent: zones[i]
    name: name
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-10-01' = [
  for endpoint in endpoints: {
    name: '${name}-${endpoint.key}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpointSubnet.id }
      privateLinkServiceConnections: [
        {
          name: endpoint.key
          properties: { privateLinkServiceId: endpoint.service, groupIds: [endpoint.group] }
        }
      ]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-10-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: endpoint.key, properties: { privateDnsZoneId: zones[i].id } }]
    }
  }
]

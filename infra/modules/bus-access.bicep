// What the app may do on the namespace: nothing but on the entities that it uses.
param namespaceName string
param principalId string
param queueNames array
param proxySubscription string
param eventsSubscription string
param readsEvents bool

// Azure Service Bus Data Sender: sends to a topic, and can neither read nor change it.
var sender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
// Azure Service Bus Data Owner, of single entities: receives, settles, and reads how many messages wait.
var owner = '090c5cfd-751d-490a-894a-3ce6f1109419'

// Where the app sends: events of agents that come and go, requests and responses of calls, letters that are redriven.
var topicNames = ['agent-events', 'a2a-requests', 'a2a-responses']

// Where a trigger listens. Receiving would be enough for the trigger itself, but how many instances it gets depends on
// the number of waiting messages, and reading that needs the right to manage the entity.
var subscriptions = concat(
  readsEvents ? [{ topic: 'agent-events', name: eventsSubscription }] : [],
  [
    { topic: 'a2a-requests', name: proxySubscription }
    { topic: 'a2a-responses', name: proxySubscription }
  ]
)

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource topics 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' existing = [
  for topic in topicNames: {
    parent: namespace
    name: topic
  }
]

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (topic, i) in topicNames: {
    scope: topics[i]
    name: guid(topics[i].id, principalId, sender)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
    }
  }
]

resource listened 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' existing = [
  for subscription in subscriptions: {
    parent: topics[indexOf(topicNames, subscription.topic)]
    name: subscription.name
  }
]

resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (subscription, i) in subscriptions: {
    scope: listened[i]
    name: guid(listened[i].id, principalId, owner)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', owner)
    }
  }
]

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for queue in queueNames: {
    parent: namespace
    name: queue
  }
]

// The app sends to its queues too; the owner of an entity may.
resource works 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, i) in queueNames: {
    scope: queues[i]
    name: guid(queues[i].id, principalId, owner)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', owner)
    }
  }
]

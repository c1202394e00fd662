// What one deployment has for itself on a namespace (shared/contract/topology.ts). Whether an entity has sessions or
// detects duplicates is fixed when it is made: changing it here means another name, not an update.
param namespaceName string
param proxyId string
param queueSuffix string
param eventsSubscription string

@description('Whether this deployment stores agent events. In a subscription that nobody reads they would pile up.')
param readsEvents bool

var queueNames = ['sweeps', 'notifications', 'timeouts']

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName

  resource eventsTopic 'topics' existing = {
    name: 'agent-events'
  }

  resource requestsTopic 'topics' existing = {
    name: 'a2a-requests'
  }

  resource responsesTopic 'topics' existing = {
    name: 'a2a-responses'
  }
}

// One after the other: Service Bus refuses changes of one namespace that come at the same time.
@batchSize(1)
resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in queueNames: {
    parent: namespace
    name: '${queue}${queueSuffix}'
    properties: {
      deadLetteringOnMessageExpiration: true
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
      requiresDuplicateDetection: false
      requiresSession: false
    }
  }
]

// Session = task: the events of a task are stored one after the other.
resource events 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = if (readsEvents) {
  parent: namespace::eventsTopic
  name: eventsSubscription
  properties: {
    deadLetteringOnMessageExpiration: true
    deadLetteringOnFilterEvaluationExceptions: true
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
    requiresSession: true
  }
}

// The lock is short: a request whose process died comes again when it is over.
resource requests 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: namespace::requestsTopic
  name: 'proxy-${proxyId}'
  properties: {
    deadLetteringOnMessageExpiration: true
    deadLetteringOnFilterEvaluationExceptions: true
    lockDuration: 'PT30S'
    maxDeliveryCount: 10
    requiresSession: false
  }
}

// Session = lane: what belongs to one call stays in order.
resource responses 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: namespace::responsesTopic
  name: 'proxy-${proxyId}'
  properties: {
    deadLetteringOnMessageExpiration: true
    deadLetteringOnFilterEvaluationExceptions: true
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
    requiresSession: true
  }
}

// A rule named $Default takes the place of the one that Service Bus makes by itself and that lets everything through;
// under another name it would be a second one, and everything would still come.
resource ownRequests 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = {
  parent: requests
  name: '$Default'
  properties: {
    filterType: 'CorrelationFilter'
    correlationFilter: { properties: { proxyId: proxyId } }
  }
}

resource ownResponses 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = {
  parent: responses
  name: '$Default'
  properties: {
    filterType: 'CorrelationFilter'
    correlationFilter: { properties: { proxyId: proxyId } }
  }
}

output namespaceId string = namespace.id
output host string = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]
output topicName string = namespace::eventsTopic.name
output topicId string = namespace::eventsTopic.id
output queueNames array = [for (queue, i) in queueNames: queues[i].name]
output proxySubscription string = requests.name

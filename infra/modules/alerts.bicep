// What somebody should look at. A log alert costs about $1.50 a month, a metric alert $0.10.
param token string
param location string
param tags object
param actionGroupName string
param email string
param componentId string
param serviceBusId string
param storageId string
param webPubSubId string

var logAlerts = [
  {
    name: 'quarantine'
    description: 'Messages were put aside because they could not be worked on. See /v1/admin/dead-letters.'
    severity: 2
    window: 'PT15M'
    // The line that the gateway writes for each (shared/events/quarantine.ts).
    query: 'traces | where message has "A message is in quarantine."'
  }
  {
    name: 'errors'
    description: 'More than 5 % of at least 20 requests of a quarter of an hour failed.'
    severity: 1
    window: 'PT15M'
    query: '''
requests
| summarize all = sum(itemCount), failed = sumif(itemCount, success == false or resultCode startswith "5")
| where all >= 20 and failed * 20 > all
'''
  }
]

var metricAlerts = [
  {
    name: 'dead-letters'
    description: 'Service Bus gave messages up and the gateway does not move them into its quarantine. Is it running?'
    severity: 1
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'DeadletteredMessages'
    aggregation: 'Average'
    threshold: 0
    dimensions: []
  }
  {
    name: 'bus-throttled'
    description: 'Service Bus slows the gateway down. See docs/guides/scale.md.'
    severity: 2
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'ThrottledRequests'
    aggregation: 'Total'
    threshold: 0
    dimensions: []
  }
  {
    name: 'storage-throttled'
    description: 'Storage slows the gateway down: more than its account or one partition takes. See docs/guides/scale.md.'
    severity: 2
    scope: storageId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'Transactions'
    aggregation: 'Total'
    threshold: 0
    dimensions: [
      {
        name: 'ResponseType'
        operator: 'Include'
        values: ['ServerBusyError', 'ClientThrottlingError', 'ClientAccountRequestThrottlingError']
      }
    ]
  }
  {
    name: 'sockets-full'
    description: 'Web PubSub has more than 80 % of the connections it takes. Raise webPubSubUnits.'
    severity: 2
    scope: webPubSubId
    namespace: 'Microsoft.SignalRService/webPubSub'
    metric: 'ConnectionQuotaUtilization'
    aggregation: 'Maximum'
    threshold: 80
    dimensions: []
  }
]

// Without an address the alerts are seen in the portal alone.
resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'gateway'
    enabled: true
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource onLogs 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: '${alert.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [componentId]
      evaluationFrequency: alert.window
      windowSize: alert.window
      criteria: {
        allOf: [{ query: alert.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }]
      }
      actions: { actionGroups: empty(email) ? [] : [mail.id] }
    }
  }
]

resource onMetrics 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in metricAlerts: {
    name: '${alert.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [alert.scope]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: alert.namespace
            metricName: alert.metric
            dimensions: alert.dimensions
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.threshold
          }
        ]
      }
      actions: empty(email) ? [] : [{ actionGroupId: mail.id }]
    }
  }
]

// What somebody should look at, by what the gateway logs. An alert costs about $0.50 a month.
param token string
param location string
param tags object
param actionGroupName string
param email string
param componentId string

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

output actionGroupIds array = empty(email) ? [] : [mail.id]

// Deletes blobs that no row names any more: those of a process that died between writing a blob and writing its row.
// The app deletes all others itself, so every age here is beyond the longest time that a blob can be in use.
param accountName string

@description('Hours after its last event until the app deletes a stream.')
param streamTtlHours int

// A stream lives from its first event to its last and then for its time to live, and a blob may belong to the first.
// A year is taken as the longest that events of one task come: with the default of 168 hours, 7 + 365 = 372 days.
var longestTaskDays = 365
var streamDays = (streamTtlHours + 23) / 24 + longestTaskDays

// The app sweeps parts of messages when they are older than a session (a2a.session_hours), of which a year is the most.
var partsDays = 365 + 1

// Six attempts with 12.6 minutes of pauses (shared/a2a/push/delivery-outcome.ts); then the message is in quarantine and
// still names its blob. As long as letters there may wait for somebody who looks.
var notificationDays = 90

var rules = [
  { container: 'streams', days: streamDays }
  { container: 'parts', days: partsDays }
  { container: 'notifications', days: notificationDays }
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

// Nothing of the container quarantine: an operator decides about each letter.
resource policy 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        for rule in rules: {
          name: 'leftovers-${rule.container}'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${rule.container}/']
            }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: rule.days } } }
          }
        }
      ]
    }
  }
}

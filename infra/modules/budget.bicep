// Tells when the resource group costs more than was thought. It stops nothing.
param name string

@description('A month, in the currency of the subscription.')
param amount int
param email string

@description('The first of a month. It cannot be changed afterwards.')
param startDate string

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      spent: {
        enabled: true
        thresholdType: 'Actual'
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        contactEmails: [email]
      }
      expected: {
        enabled: true
        thresholdType: 'Forecasted'
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        contactEmails: [email]
      }
    }
  }
}

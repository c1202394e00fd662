import { describe } from 'vitest'
import { testRefusals } from './refusals.testsuite.ts'
import { useIdentityCloud } from './support/use-identity-cloud.ts'
import { testUses } from './uses.testsuite.ts'
import { testWebhook } from './webhook.testsuite.ts'

describe('gateways on services that know them by their managed identity', () => {
  const cloud = useIdentityCloud()
  testUses(cloud)
  testWebhook(cloud)
  testRefusals(cloud)
})

import { useCloud } from '../support/use-cloud.ts'
import { testOutages } from './outages.testsuite.ts'

testOutages(
  useCloud({ layout: 'single', env: { AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0', LOG_LEVEL: 'debug' } }),
)

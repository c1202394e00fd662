import { describe } from 'vitest'
import { useCloud } from '../support/use-cloud.ts'
import { ADMIN_KEY, ORIGIN, READER_KEY } from './callers.ts'
import { testBrowserRules } from './browser-rules.testsuite.ts'
import { testKeys } from './keys.testsuite.ts'
import { testParameters } from './parameters.testsuite.ts'
import { testTampering } from './tampering.testsuite.ts'

describe('a gateway in production', () => {
  const cloud = useCloud({
    env: {
      AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
      AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'reader',
      AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: READER_KEY,
      AGENT_GATEWAY_AUTH__API_KEYS__0__SCOPES: 'events:read',
      AGENT_GATEWAY_AUTH__API_KEYS__1__NAME: 'operator',
      AGENT_GATEWAY_AUTH__API_KEYS__1__KEY: ADMIN_KEY,
      AGENT_GATEWAY_AUTH__API_KEYS__1__SCOPES: 'admin',
      AGENT_GATEWAY_CORS__ENABLED: 'true',
      AGENT_GATEWAY_CORS__ALLOW_ORIGINS: ORIGIN,
      AGENT_GATEWAY_STREAMS__SLICE_SECONDS: '1',
      AGENT_GATEWAY_STREAMS__RETRY_MS: '100',
    },
  })
  testKeys(cloud)
  testParameters(cloud)
  testTampering(cloud)
  testBrowserRules(cloud)
})

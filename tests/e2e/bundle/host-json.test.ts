import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readHostSettings } from '../../../local/functions-host/settings/read-host-settings.ts'

test('host.json lets sessions close fast and invocations outlast every lock renewal', () => {
  const { functionTimeout, extensions } = readHostSettings(resolve(import.meta.dirname, '../../..'), {})
  expect(extensions.http.routePrefix).toBe('')
  // The viewers of an instance are limited by its concurrency and by the gateway; the host's own default is 100.
  expect(extensions.http).toMatchObject({ maxConcurrentRequests: -1, maxOutstandingRequests: -1 })
  expect(extensions.serviceBus).toMatchObject({
    maxConcurrentSessions: 256,
    maxConcurrentCalls: 1000,
    sessionIdleTimeout: 1000,
    maxAutoLockRenewalDuration: 30 * 60_000,
  })
  expect(functionTimeout).toBeGreaterThanOrEqual(extensions.serviceBus.maxAutoLockRenewalDuration)
})

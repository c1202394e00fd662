import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readHostSettings } from '../../../local/functions-host/settings/read-host-settings.ts'

test('host.json lets sessions close fast and invocations outlast every lock renewal', () => {
  const { functionTimeout, extensions } = readHostSettings(resolve(import.meta.dirname, '../../..'), {})
  expect(extensions.http.routePrefix).toBe('')
  expect(extensions.serviceBus).toMatchObject({
    maxConcurrentSessions: 256,
    maxConcurrentCalls: 1000,
    sessionIdleTimeout: 1000,
    maxAutoLockRenewalDuration: 30 * 60_000,
  })
  expect(functionTimeout).toBeGreaterThanOrEqual(extensions.serviceBus.maxAutoLockRenewalDuration)
})

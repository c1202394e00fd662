import { afterEach, describe } from 'vitest'
import { readHealth } from '../support/read-health.ts'
import type { Layout, TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testAbsence } from './absence.testsuite.ts'
import { testRestarts } from './restarts.testsuite.ts'
import { testStorage } from './storage.testsuite.ts'
import { testSweep } from './sweep.testsuite.ts'

/** Starts what a test left down, and waits until the gateway has noticed. */
const recover = async (cloud: TestCloud): Promise<void> => {
  const { storage, serviceBus, webPubSub, app } = cloud
  for (const service of [storage, serviceBus, webPubSub, app]) await service?.start()
  await until('the gateway is healthy', async () => (await readHealth(cloud)).status === 'healthy')
}

/** Whatever is away for a while, every viewer gets every event once, in order. */
export const testOutages = (layout: Layout): void => {
  describe(`outages, ${layout}`, () => {
    const cloud = useCloud({
      layout,
      env: {
        AGENT_GATEWAY_STREAMS__POLL_SECONDS: '0.5',
        AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0',
      },
    })
    afterEach(() => recover(cloud()))
    testAbsence(cloud)
    testStorage(cloud)
    testRestarts(cloud)
    testSweep(cloud)
  })
}

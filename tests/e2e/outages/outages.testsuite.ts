import { describe } from 'vitest'
import type { Layout } from '../support/start-test-cloud.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testAbsence } from './absence.testsuite.ts'
import { testRestarts } from './restarts.testsuite.ts'
import { testStorage } from './storage.testsuite.ts'
import { testSweep } from './sweep.testsuite.ts'

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
    testAbsence(cloud)
    testStorage(cloud)
    testRestarts(cloud)
    testSweep(cloud)
  })
}

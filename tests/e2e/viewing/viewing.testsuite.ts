import { describe } from 'vitest'
import { httpProcesses, type Layout } from '../support/start-test-cloud.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testClients } from './clients.testsuite.ts'
import { testFinal } from './final.testsuite.ts'
import { MAX_VIEWERS, testLoad } from './load.testsuite.ts'
import { testOrder } from './order.testsuite.ts'
import { testPages } from './pages.testsuite.ts'

/** What viewers see of tasks. */
export const testViewing = (layout: Layout): void => {
  describe(`viewing, ${layout}`, () => {
    const cloud = useCloud({
      layout,
      env: {
        AGENT_GATEWAY_STREAMS__MAX_VIEWERS: String(MAX_VIEWERS / httpProcesses[layout]),
        AGENT_GATEWAY_STREAMS__COMMENT_SECONDS: '1',
      },
    })
    // First, because it counts every viewer of the cloud.
    testLoad(cloud)
    testOrder(cloud)
    testClients(cloud)
    testFinal(cloud)
    testPages(cloud)
  })
}

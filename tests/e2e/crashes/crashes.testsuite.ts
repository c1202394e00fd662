import { describe } from 'vitest'
import type { Layout } from '../support/start-test-cloud.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testKills } from './kills.testsuite.ts'

/** Whatever line a process dies at, every viewer gets every event once, in order. */
export const testCrashes = (layout: Layout): void => {
  describe(`crashes, ${layout}`, () => {
    // Who is not told of an event does not see it in time: polling hides no bell that was forgotten.
    testKills(useCloud({ layout, env: { AGENT_GATEWAY_STREAMS__POLL_SECONDS: '60' } }))
  })
}

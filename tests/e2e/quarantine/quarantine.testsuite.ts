import { describe } from 'vitest'
import type { Layout } from '../support/start-test-cloud.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testCorrupt } from './corrupt.testsuite.ts'
import { testReasons } from './reasons.testsuite.ts'

/** Messages that the gateway cannot use. */
export const testQuarantine = (layout: Layout): void => {
  describe(`quarantine, ${layout}`, () => {
    const cloud = useCloud({ layout })
    testReasons(cloud)
    testCorrupt(cloud)
  })
}

import { describe } from 'vitest'
import type { Layout } from '../support/start-test-cloud.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testCorrupt } from './corrupt.testsuite.ts'
import { testLarge } from './large.testsuite.ts'
import { testReasons } from './reasons.testsuite.ts'

/** Messages of every shape and size, on the tier that carries large ones. */
export const testMessages = (layout: Layout): void => {
  describe(`messages, ${layout}`, () => {
    const cloud = useCloud({ layout, tier: 'premium' })
    testLarge(cloud)
    testReasons(cloud)
    testCorrupt(cloud)
  })
}

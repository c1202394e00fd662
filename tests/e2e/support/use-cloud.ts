import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startTestCloud, type TestCloud, type TestCloudOptions } from './start-test-cloud.ts'

/** Milliseconds that the start of all programs may take on a busy machine. */
const START_LIMIT_MS = 90_000

/** One cloud for all tests of a suite, started before the first and stopped after the last. */
export const useCloud = (options: TestCloudOptions): (() => TestCloud) => {
  let cloud: TestCloud | undefined
  const get = (): TestCloud => {
    if (cloud === undefined) throw new Error('The cloud runs only during tests.')
    return cloud
  }
  beforeAll(async () => {
    cloud = await startTestCloud(options)
  }, START_LIMIT_MS)
  beforeEach(() => get().explain())
  afterAll(async () => cloud?.stop(), START_LIMIT_MS)
  return get
}

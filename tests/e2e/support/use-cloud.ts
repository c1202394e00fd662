import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { startTestCloud, type TestCloud, type TestCloudOptions } from './start-test-cloud.ts'

/** Milliseconds that the start of all programs, or one test, may take on a busy machine. */
const LIMIT_MS = 90_000

/** One cloud for all tests of a suite, started before the first and stopped after the last; faults end with a test. */
export const useCloud = (options: TestCloudOptions): (() => TestCloud) => {
  vi.setConfig({ testTimeout: LIMIT_MS, hookTimeout: LIMIT_MS })
  let cloud: TestCloud | undefined
  const get = (): TestCloud => {
    if (cloud === undefined) throw new Error('The cloud runs only during tests.')
    return cloud
  }
  beforeAll(async () => {
    cloud = await startTestCloud(options)
  })
  beforeEach(() => get().explain())
  afterEach(async () => {
    await Promise.all(Object.values(get().controls).map(({ clear }) => clear()))
  })
  afterAll(async () => cloud?.stop())
  return get
}

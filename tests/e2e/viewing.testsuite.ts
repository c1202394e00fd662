import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAgent } from './support/publish.ts'
import { startTestCloud, type Layout, type TestCloud } from './support/start-test-cloud.ts'
import { watchTask } from './support/watch-task.ts'

export const testViewing = (layout: Layout): void =>
  describe(`viewing, ${layout}`, () => {
    let cloud: Awaited<ReturnType<typeof startTestCloud>>
    beforeAll(async () => {
      cloud = await startTestCloud({ layout })
    })
    afterAll(() => cloud.stop())
    beforeEach(() => cloud.explain())

    test('a viewer gets every event in the order it was published, and then the end', async () => {
      const task = randomUUID()
      const viewer = watchTask(cloud, task)
      const agent = createAgent(cloud, { task })
      for (let index = 0; index < 20; index++) await agent.say({ payload: { index } })
      await agent.finish()
      const events = await viewer.over
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, seq) => seq))
      expect(events.map(({ event_index }) => event_index)).toEqual(events.map(({ seq }) => seq))
    })
  })

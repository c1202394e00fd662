import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { createAdministrationClient } from '../../../local/cloud/create-administration-client.ts'
import { listDeadLetters } from '../support/dead-letters.ts'
import { createAgent } from '../support/publish.ts'
import { readPage } from '../support/read-page.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { readEvents, watchTask } from '../support/watch-task.ts'

const KIB = 1024
const TOPIC_LIMIT_KIB = 16 * KIB

/** A topic of the Premium tier takes 1 MiB, until it is told to take more. */
const raiseLimit = async ({ endpoints }: TestCloud): Promise<void> => {
  const administration = createAdministrationClient(endpoints.serviceBus, endpoints.serviceBusManagement)
  const topic = await administration.getTopic('agent-events')
  await administration.updateTopic({ ...topic, maxMessageSizeInKilobytes: TOPIC_LIMIT_KIB })
}

/** Payloads around the limits of Table Storage: inline up to 960 KiB, above that in a blob. */
export const testLarge = (cloud: () => TestCloud): void => {
  beforeAll(() => raiseLimit(cloud()))

  test.each([900, 3000])(
    'payloads of %i KiB arrive whole: live, stored, as a page and as the result',
    async (size) => {
      const task = randomUUID()
      const text = 'ab'.repeat((size / 2) * KIB)
      const viewer = watchTask(cloud(), task)
      const agent = createAgent(cloud(), { task })
      await agent.say({ payload: { text } })
      await agent.finish({ text })
      const isWhole = ({ payload }: { payload: { text?: unknown } }): boolean => payload.text === text
      expect((await viewer.over).map(isWhole)).toEqual([true, true])
      expect((await readEvents(cloud(), task)).map(isWhole)).toEqual([true, true])
      const final = await (await fetch(`${cloud().url}/final/${task}`)).text()
      expect(final === JSON.stringify({ text })).toBe(true)
      expect((await readPage(cloud(), task)).events).toHaveLength(2)
    },
  )

  test('an event of more than 8 MiB is put aside, whole', async () => {
    const task = randomUUID()
    const agent = createAgent(cloud(), { task })
    await agent.say({ payload: { text: 'x'.repeat(8 * KIB * KIB) } })
    const letter = await until('the dead letter is listed', async () => {
      const letters = await listDeadLetters(cloud(), { reason: 'over_size' })
      return letters.find(({ session_id: session }) => session === task)
    })
    expect(letter['size']).toBeGreaterThan(8 * KIB * KIB)
    const shown = await fetch(`${cloud().url}/v1/admin/dead-letters/${encodeURIComponent(letter.key)}`)
    expect((await shown.text()).length).toBeGreaterThan(8 * KIB * KIB)
  })
}

import { randomUUID } from 'node:crypto'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { expect, test } from 'vitest'
import { streamGroup } from '../../../shared/kernel/ids.ts'
import { createAgent } from '../support/publish.ts'
import { openSse, readFrames, type SseAnswer } from '../support/sse.ts'
import { httpProcesses, type TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { seqs, streamUrl, watchTask } from '../support/watch-task.ts'

/** Viewers that all HTTP processes of a cloud take together. */
export const MAX_VIEWERS = 1000

const groupExists = ({ endpoints }: TestCloud, task: string): Promise<boolean> =>
  new WebPubSubServiceClient(endpoints.webPubSub, 'gateway', { allowInsecureConnection: true }).groupExists(
    streamGroup(task),
  )

/** Large events, slow readers and very many viewers. */
export const testLoad = (cloud: () => TestCloud): void => {
  test('viewers beyond the limit are asked to come later, and 1,000 dropped viewers leave nothing', async () => {
    const task = randomUUID()
    const open: SseAnswer[] = []
    while (open.length < MAX_VIEWERS) {
      const more = upTo(100).map(() => openSse(streamUrl(cloud(), task)))
      open.push(...(await Promise.all(more)))
    }
    for (const viewer of open) {
      const { value } = await viewer.frames.next()
      expect(value).toEqual({ retry: '1000' })
    }
    for (const _ of upTo(httpProcesses[cloud().layout])) {
      const refused = await openSse(streamUrl(cloud(), task))
      expect(refused.status).toBe(200)
      expect(await readFrames(refused)).toEqual([{ retry: '5000' }])
    }
    expect(await groupExists(cloud(), task)).toBe(true)
    for (const viewer of open) viewer.drop()
    await until('the group of the task is empty', async () => !(await groupExists(cloud(), task)))

    const viewer = watchTask(cloud(), task)
    await createAgent(cloud(), { task }).finish()
    expect(seqs(await viewer.over)).toEqual([0])
  })

  test('a payload of 240 KiB arrives whole', async () => {
    const task = randomUUID()
    const text = 'ä'.repeat(120 * 1024)
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    await agent.say({ payload: { text } })
    await agent.finish({ text })
    const events = await viewer.over
    expect(events.map(({ payload }) => payload['text'] === text)).toEqual([true, true])
    const final = await fetch(`${cloud().url}/final/${task}`)
    expect(await final.json()).toEqual({ text })
  })

  test('a reader that does not read holds nobody up, and gets everything when it reads', async () => {
    const task = randomUUID()
    const slow = await openSse(streamUrl(cloud(), task))
    const fast = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    const text = 'x'.repeat(200 * 1024)
    for (const _ of upTo(50)) await agent.say({ payload: { text } })
    await agent.finish()
    expect(seqs(await fast.over)).toEqual(upTo(51))
    const read: string[] = []
    for await (const { id } of slow.frames) if (id !== undefined) read.push(id)
    expect(read.map(Number)).toEqual(upTo(51))
  })
}

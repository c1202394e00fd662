import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openStreams } from '../../support/open-streams.ts'
import { ageStream } from '../support/age-stream.ts'
import { listDeadLetters } from '../support/dead-letters.ts'
import { createAgent, type Agent } from '../support/publish.ts'
import { readPage } from '../support/read-page.ts'
import { openSse, readFrames } from '../support/sse.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { streamUrl } from '../support/watch-task.ts'

/** Later than every stream is due. */
const FAR_FUTURE = Date.UTC(2200, 0)

type Task = { id: string; agent: Agent }

/** The buckets of the expiry index, also those that are not due. */
const listBuckets = (cloud: TestCloud): Promise<string[]> =>
  collect(openStreams(cloud.endpoints.storage).dueBuckets(FAR_FUTURE))

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Tasks of three events whose time is over. */
const createDueTasks = async (cloud: TestCloud, count: number): Promise<Task[]> => {
  const tasks = upTo(count).map(() => {
    const id = randomUUID()
    return { id, agent: createAgent(cloud, { task: id }) }
  })
  for (const { agent } of tasks) await agent.sayAll([{}, {}, {}])
  for (const { id } of tasks) {
    await until('three events are stored', async () => (await readPage(cloud, id)).next === 3)
    await ageStream(openStreams(cloud.endpoints.storage), id)
  }
  return tasks
}

/** What happened to a fourth event: stored behind the others, first of a new stream, or put aside. */
const findFourth = async (cloud: TestCloud, { id }: Task): Promise<string | false> => {
  const { next, events } = await readPage(cloud, id)
  if (events.length === 4) return 'appended'
  if (next === 1 && events.length === 1) return 'begun anew'
  const letters = await listDeadLetters(cloud, { task_id: id, reason: 'stream_expired' })
  return letters.length === 1 && 'put aside'
}

/** The end of a stream's time. */
export const testSweep = (cloud: () => TestCloud): void => {
  test('a stream whose time is over is deleted, one that was written since is kept; viewers are told', async () => {
    const [due, written] = await createDueTasks(cloud(), 2)
    if (due === undefined || written === undefined) throw new Error('Two tasks are needed.')
    await written.agent.say()
    await until('the fourth event is stored', async () => (await readPage(cloud(), written.id)).next === 4)
    const watching = readFrames(await openSse(streamUrl(cloud(), due.id)))
    const timer = `${cloud().url}/admin/functions/operations_sweep_timer`
    expect((await fetch(timer, { method: 'POST', body: '{}' })).status).toBe(202)
    await until('the stream is deleted', async () => (await readPage(cloud(), due.id)).state === 'waiting')
    expect((await readPage(cloud(), written.id)).next).toBe(4)

    const asked = await readFrames(await openSse(streamUrl(cloud(), due.id), { 'last-event-id': '1' }))
    for (const frames of [asked, await watching]) {
      expect(frames.at(-1)).toMatchObject({ event: 'failure', id: 'expired' })
      expect(JSON.parse(frames.at(-1)?.data ?? '')).toMatchObject({ code: 'stream_expired' })
    }
    expect((await openSse(streamUrl(cloud(), due.id), { 'last-event-id': 'expired' })).status).toBe(204)
  })

  test('an event that races the sweep is in the stream, in a new one, or in quarantine, and never lost', async () => {
    const tasks = await createDueTasks(cloud(), 24)
    const buckets = await listBuckets(cloud())
    const sweeps = cloud().bus.createSender('sweeps')
    // Some say it before, some behind the messages that sweep.
    const say = ({ agent }: Task): Promise<void> => agent.say({ payload: { text: 'racing' } })
    const early = tasks.slice(0, 8).map(say)
    const swept = sweeps.sendMessages(buckets.map((bucket) => ({ body: { bucket } })))
    const late = tasks.slice(8).map(say)
    await Promise.all([...early, swept, ...late])
    await sweeps.close()
    const fates: string[] = []
    for (const task of tasks) {
      fates.push(await until(`the event of ${task.id} is somewhere`, () => findFourth(cloud(), task)))
    }
    expect(fates).toHaveLength(24)
  })
}

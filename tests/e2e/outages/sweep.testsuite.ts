import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openStreams } from '../../support/open-streams.ts'
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

/** Puts every bucket of the expiry index on the queue, as the timer does when an hour is over. */
const sweep = async (cloud: TestCloud): Promise<void> => {
  const store = openStreams(cloud.endpoints.storage)
  const sender = cloud.bus.createSender('sweeps')
  for await (const bucket of store.dueBuckets(FAR_FUTURE)) await sender.sendMessages({ body: { bucket } })
  await sender.close()
}

/** Lets the time of a stream be over: its last append was long ago. */
const age = async (cloud: TestCloud, stream: string): Promise<void> => {
  const store = openStreams(cloud.endpoints.storage)
  const found = await store.read(stream)
  if (found === undefined) throw new Error(`There is no stream ${stream}.`)
  const { value, version } = found
  expect(await store.commit(stream, { state: { ...value, updatedAt: 0 }, version })).toBeDefined()
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
    await age(cloud, id)
  }
  return tasks
}

/** What happened to a fourth event: stored behind the others, first of a new stream, or put aside. */
const findFourth = async (cloud: TestCloud, { id }: Task): Promise<string | false> => {
  const { next } = await readPage(cloud, id)
  if (next === 4) return 'appended'
  if (next === 1) return 'begun anew'
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
    await sweep(cloud())
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
    await Promise.all([
      sweep(cloud()),
      ...tasks.map(({ agent }) => agent.say({ payload: { text: 'racing' } })),
    ])
    const fates: string[] = []
    for (const task of tasks) {
      fates.push(await until(`the event of ${task.id} is somewhere`, () => findFourth(cloud(), task)))
    }
    expect(fates).toHaveLength(24)
  })
}

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { pickPlace } from '../../../shared/streams/place-streams.ts'
import { ageStream } from '../support/age-stream.ts'
import { findPortBase } from '../support/find-port-base.ts'
import { createAgent } from '../support/publish.ts'
import { readPage } from '../support/read-page.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { readEvents, seqs, watchTask } from '../support/watch-task.ts'
import { BOTH, FIRST, SECOND, useScaledCloud } from './use-scaled-cloud.ts'

const scaled = useScaledCloud()

/** Names of the accounts in which a stream lies. */
const whereIs = async (stream: string): Promise<string[]> => {
  const places = [...scaled().stores].map(async ([name, store]) => ((await store.read(stream)) ? [name] : []))
  return (await Promise.all(places)).flat()
}

/** Tasks that have to begin in each account of the second generation: as many in one as in the other. */
const tasksOf = (count: number): Map<string, string[]> => {
  const accounts = SECOND.map((name) => ({ name }))
  const tasks = upTo(100).map((): string => randomUUID())
  return new Map(
    SECOND.map((name) => [
      name,
      tasks.filter((task) => pickPlace(task, accounts).name === name).slice(0, count),
    ]),
  )
}

const begin = async (cloud: TestCloud, task: string): Promise<void> => {
  await createAgent(cloud, { task }).say()
  await until('the event is stored', async () => (await readPage(cloud, task)).next === 1)
}

test('a generation of accounts is appended while a viewer follows: streams go on where they were begun', async () => {
  const port = await findPortBase()
  const before = await scaled().start(FIRST, { port })
  const [open, closed] = [randomUUID(), randomUUID()]
  const agent = createAgent(before, { task: open })
  const ended = createAgent(before, { task: closed })
  const viewer = watchTask(before, open)
  for (const _ of upTo(3)) await agent.say()
  await ended.say()
  await ended.finish({ text: 'kept' })
  await viewer.seen(3)
  await until('the other task is over', async () => (await readPage(before, closed)).next === 2)

  await before.stop()
  for (const _ of upTo(2)) await agent.say()
  const after = await scaled().start(BOTH, { port })
  await viewer.seen(5)
  await agent.say({ index: 0 })
  await agent.finish()
  expect(seqs(await viewer.over)).toEqual(upTo(6))
  expect(viewer.events.map(({ event_index: index }) => index)).toEqual(upTo(6))

  expect(seqs(await readEvents(after, open, { lastEventId: '2' }))).toEqual([3, 4, 5])
  expect(seqs(await readEvents(after, closed))).toEqual([0, 1])
  const final = await fetch(`${after.url}/final/${closed}`)
  expect(JSON.stringify(await final.json())).toContain('kept')
  for (const task of [open, closed]) expect(await whereIs(task)).toEqual(['AzureWebJobsStorage'])
})

test('new streams are spread over the accounts of the newest generation', async () => {
  const gateway = await scaled().start(BOTH)
  for (const [account, tasks] of tasksOf(4)) {
    expect(tasks).toHaveLength(4)
    for (const task of tasks) {
      await begin(gateway, task)
      expect(await whereIs(task)).toEqual([account])
      const viewer = watchTask(gateway, task)
      await createAgent(gateway, { task, firstIndex: 1 }).finish()
      expect(seqs(await viewer.over)).toEqual([0, 1])
    }
  }
})

test('streams expire in whatever account they are', async () => {
  const before = await scaled().start(FIRST)
  const old = randomUUID()
  await begin(before, old)
  await before.stop()
  const after = await scaled().start(BOTH)
  const begun = [...tasksOf(1).values()].flat()
  for (const task of begun) await begin(after, task)
  const kept = randomUUID()
  await begin(after, kept)
  for (const task of [old, ...begun]) {
    const [account = ''] = await whereIs(task)
    const store = scaled().stores.get(account)
    if (store === undefined) throw new Error(`${task} is nowhere.`)
    await ageStream(store, task)
  }
  const timer = `${after.url}/admin/functions/operations_sweep_timer`
  expect((await fetch(timer, { method: 'POST', body: '{}' })).status).toBe(202)
  for (const task of [old, ...begun]) {
    await until(`${task} is deleted`, async () => (await whereIs(task)).length === 0)
    expect((await readPage(after, task)).state).toBe('waiting')
  }
  expect((await readPage(after, kept)).next).toBe(1)
})

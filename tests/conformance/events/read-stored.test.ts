import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { developmentCaller as caller } from '../../../shared/access/caller.ts'
import { createFindFinal } from '../../../shared/events/find-final.ts'
import { createListEvents } from '../../../shared/events/list-events.ts'
import { createFindStream } from '../../../shared/events/resolve-stream.ts'
import { createFail } from '../../../shared/streams/fail.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { expireStream, openStreams } from '../../support/open-streams.ts'
import { openWatch, whileTimePasses } from '../../support/open-watch.ts'
import { range } from '../../support/publish.ts'

let storage: RunningStorage
let store: StreamStateStore

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterEach(() => storage.faults.remove())
afterAll(() => storage.stop())

const setUp = (options: { lose?: () => boolean; read?: StreamStateStore } = {}) => {
  const { read = store, ...watch } = options
  const bench = openWatch(store, watch)
  const { bell, clock, watchers } = bench
  const resolve = async (taskId: string): Promise<string> => taskId
  const findStream = createFindStream({ store: read, resolve })
  const findFinal = createFindFinal({
    store,
    findStream: createFindStream({ store, resolve }),
    watch: watchers.watch,
    clock,
  })
  const listEvents = createListEvents({ store: read, findStream })
  return {
    ...bench,
    fail: createFail({ store, bell, clock, ttlMs: 3_600_000 }),
    list: async (taskId: string, page: Partial<Parameters<typeof listEvents>[0]> = {}): Promise<unknown> =>
      JSON.parse(await listEvents({ taskId, caller, from: 0, limit: 100, memberCase: 'snake', ...page })),
    listText: (taskId: string) => listEvents({ taskId, caller, from: 0, limit: 100, memberCase: 'snake' }),
    final: (taskId: string, waitMs = 0, signal = new AbortController().signal) =>
      findFinal({ taskId, caller, waitMs, signal }),
  }
}

const FINAL = '{"event_type":"final_payload","payload":{"answer":12345678901234567890}}'

test('a page has the task, its state, its events and where to go on', async () => {
  const { publish, list } = setUp()
  const task = 'a/b "quoted" ü'
  for (const index of range(0, 5)) await publish(task, { index, body: `{"task_id":"t","n":${index}}` })
  expect(await list(task, { from: 1, limit: 2 })).toEqual({
    task_id: task,
    state: 'open',
    events: [
      { task_id: 't', n: 1 },
      { task_id: 't', n: 2 },
    ],
    next: 3,
  })
  expect(await list(task, { from: 3, limit: 2, memberCase: 'camel' })).toMatchObject({
    events: [
      { taskId: 't', n: 3 },
      { taskId: 't', n: 4 },
    ],
    next: 5,
  })
  expect(await list(task, { from: 5 })).toMatchObject({ events: [], next: 5 })
  expect(await list(task, { from: 50 })).toMatchObject({ events: [], next: 50 })
})

test('pages of any size make up the whole stream', async () => {
  const { publish, list } = setUp()
  const task = randomUUID()
  for (const index of range(0, 23)) await publish(task, { index })
  for (const limit of [1, 7, 23, 100]) {
    const events: unknown[] = []
    for (let from = 0; from < 23;) {
      const page = (await list(task, { from, limit })) as { events: unknown[]; next: number }
      events.push(...page.events)
      from = page.next
    }
    expect(events).toEqual(range(0, 23))
  }
})

test('the state of a task has a name at every moment of its life', async () => {
  const { publish, list, fail } = setUp()
  const [done, broken, failed] = [randomUUID(), randomUUID(), randomUUID()]
  expect(await list(done)).toEqual({ task_id: done, state: 'waiting', events: [], next: 0 })
  for (const task of [done, broken, failed]) await publish(task, { index: 0 })
  await publish(done, { index: 1, closes: 'final' })
  await publish(broken, { index: 1, closes: 'error' })
  await fail(failed, 'lost')
  expect(await list(done)).toMatchObject({ state: 'closed' })
  expect(await list(broken)).toMatchObject({ state: 'failed', next: 2 })
  expect(await list(failed)).toMatchObject({ state: 'failed', next: 1 })
  await expireStream(store, done)
  expect(await list(done)).toEqual({ task_id: done, state: 'expired', events: [], next: 0 })
  await store.remove(done)
  expect(await list(done)).toMatchObject({ state: 'waiting' })
})

test('late events are listed, marked as such', async () => {
  const { publish, list } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0, body: '{"n":0}', closes: 'final' })
  await publish(task, { index: 1, body: '{"n":1}' })
  expect(await list(task)).toMatchObject({
    state: 'closed',
    events: [{ n: 0 }, { n: 1, late: true }],
    next: 2,
  })
})

test('a page that says closed has the event that closed it', async () => {
  const task = randomUUID()
  const racing: StreamStateStore = {
    ...store,
    readEvents: async (...page) => {
      const events = await store.readEvents(...page)
      await bench.publish(task, { index: 1, closes: 'final' })
      return events
    },
  }
  const bench = setUp({ read: racing })
  await bench.publish(task, { index: 0 })
  expect(await bench.list(task)).toMatchObject({ state: 'open', next: 1 })
  expect(await bench.list(task)).toMatchObject({ state: 'closed', next: 2 })
})

test('numbers keep their digits on the way out', async () => {
  const { publish, listText, final } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0, body: FINAL, closes: 'final' })
  expect(await listText(task)).toContain(FINAL)
  expect(await final(task)).toBe('{"answer":12345678901234567890}')
})

test('a final payload that is there is answered at once, late events do not change it', async () => {
  const { publish, final } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0 })
  await publish(task, { index: 1, body: FINAL, closes: 'final' })
  await publish(task, { index: 2, body: '{"payload":{"answer":"late"}}', closes: 'final' })
  expect(await final(task, 30_000)).toBe('{"answer":12345678901234567890}')
})

test.each([
  ['rings', false],
  ['is lost', true],
])('a final payload is waited for when its bell %s', async (_name, lost) => {
  const { publish, final, clock, watchers } = setUp({ lose: () => lost })
  const task = randomUUID()
  const answer = final(task, 30_000)
  while (watchers.count().viewers === 0) await new Promise(setImmediate)
  await publish(task, { index: 0 })
  await publish(task, { index: 1, body: FINAL, closes: 'final' })
  expect(await whileTimePasses(clock, answer)).toBe('{"answer":12345678901234567890}')
  expect([watchers.count().viewers, clock.sleeping()]).toEqual([0, 0])
})

test('when none comes in time the answer is 404 with what to do', async () => {
  const { publish, final, clock, watchers } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0 })
  const begin = clock.now()
  await expect(whileTimePasses(clock, final(task, 30_000))).rejects.toMatchObject({
    status: 404,
    message: expect.stringMatching(/within 30 s.*\?wait=/),
  })
  expect(Math.floor((clock.now() - begin) / 1000)).toBe(30)
  await expect(final(task)).rejects.toMatchObject({ status: 404 })
  expect([watchers.count().viewers, clock.sleeping()]).toEqual([0, 0])
})

test('a client that leaves is not waited for', async () => {
  const { final, watchers, clock } = setUp()
  const leaving = new AbortController()
  const answer = final(randomUUID(), 30_000, leaving.signal)
  while (watchers.count().viewers === 0) await new Promise(setImmediate)
  leaving.abort()
  await expect(answer).rejects.toMatchObject({ status: 404 })
  expect([watchers.count().viewers, clock.sleeping()]).toEqual([0, 0])
})

test.each([
  ['{"code":"E1","message":"It broke."}', { code: 'E1', message: 'It broke.' }],
  ['{"code":500,"message":"It broke."}', { message: 'It broke.' }],
  ['{}', {}],
])('a task that its agent ended with the error %s is answered 500', async (payload, details) => {
  const { publish, final } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0, body: `{"payload":${payload}}`, closes: 'error' })
  await expect(final(task, 30_000)).rejects.toMatchObject({ status: 500, code: 'stream_failed', details })
})

test('a task whose final event is in quarantine is answered 500, also while one waits', async () => {
  const { fail, final, publish, watchers } = setUp()
  const task = randomUUID()
  const answer = final(task, 30_000)
  while (watchers.count().viewers === 0) await new Promise(setImmediate)
  await fail(task, 'The final event is in quarantine.')
  const failed = { status: 500, code: 'stream_failed', message: 'The final event is in quarantine.' }
  await expect(answer).rejects.toMatchObject(failed)
  await expect(final(task)).rejects.toMatchObject(failed)
  await publish(task, { index: 0, body: FINAL, closes: 'final' })
  expect(await final(task)).toContain('answer')
})

test('a task that is no longer kept is answered 404', async () => {
  const { publish, final } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0, body: FINAL, closes: 'final' })
  await expireStream(store, task)
  await expect(final(task, 30_000)).rejects.toMatchObject({ status: 404 })
})

test('while the storage is away both say so', async () => {
  const { final, list } = setUp()
  storage.faults.add({ operation: 'table', action: 'unavailable' })
  await expect(final(randomUUID())).rejects.toMatchObject({ status: 503 })
  await expect(list(randomUUID())).rejects.toMatchObject({ status: 503 })
})

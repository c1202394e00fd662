import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAgent } from '../support/publish.ts'
import { openSse } from '../support/sse.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { upTo } from '../support/up-to.ts'
import { readEvents, seqs, streamUrl, watchTask } from '../support/watch-task.ts'

/** Every viewer sees every event once, in the order of publication. */
export const testOrder = (cloud: () => TestCloud): void => {
  test('a viewer gets every event in the order it was published, live, and then the end', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    for (const index of upTo(20)) await agent.say({ payload: { index } })
    await agent.finish({ text: 'done' })
    const events = await viewer.over
    expect(seqs(events)).toEqual(upTo(21))
    expect(events.slice(0, 20).map(({ payload }) => payload['index'])).toEqual(upTo(20))
    expect(events.at(-1)).toMatchObject({ event_type: 'final_payload', payload: { text: 'done' } })
  })

  test('a viewer resumes at every cursor, with Last-Event-ID and with ?from=, and is sent away at the end', async () => {
    const task = randomUUID()
    const agent = createAgent(cloud(), { task })
    await agent.sayAll(upTo(12).map((index) => ({ payload: { index } })))
    await agent.finish()
    const all = await watchTask(cloud(), task).over
    expect(seqs(all)).toEqual(upTo(13))
    const resumed = upTo(13).map(async (cursor) => {
      const rest = all.slice(cursor)
      expect(await readEvents(cloud(), task, { from: cursor })).toEqual(rest)
      if (cursor === 0) return
      const lastEventId = String(cursor - 1)
      expect(await readEvents(cloud(), task, { lastEventId })).toEqual(rest)
      expect(await readEvents(cloud(), task, { lastEventId, from: 0 })).toEqual(rest)
    })
    await Promise.all(resumed)
    const past = [`${streamUrl(cloud(), task)}?from=13`, `${streamUrl(cloud(), task)}?from=99`]
    for (const url of past) expect((await openSse(url)).status).toBe(204)
    expect((await openSse(streamUrl(cloud(), task), { 'last-event-id': '12' })).status).toBe(204)
  })

  test('50 viewers of one task, who come before, between and after the events, all see all of them', async () => {
    const task = randomUUID()
    const agent = createAgent(cloud(), { task })
    const early = upTo(20).map(() => watchTask(cloud(), task))
    for (const _ of upTo(10)) await agent.say()
    const between = upTo(20).map(() => watchTask(cloud(), task))
    for (const _ of upTo(10)) await agent.say()
    await agent.finish()
    const late = upTo(10).map(() => watchTask(cloud(), task))
    for (const viewer of [...early, ...between, ...late]) expect(seqs(await viewer.over)).toEqual(upTo(21))
  })

  test('two agents write one task, each with its own numbering', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const one = createAgent(cloud(), { task, id: 'one' })
    const two = createAgent(cloud(), { task, id: 'two', firstIndex: 1000 })
    const write = async (agent: typeof one): Promise<void> => {
      for (const step of upTo(15)) await agent.say({ payload: { step } })
    }
    await Promise.all([write(one), write(two)])
    await one.finish()
    const events = await viewer.over
    expect(seqs(events)).toEqual(upTo(31))
    const indexesOf = (id: string): number[] =>
      events.filter(({ agent_id }) => agent_id === id).map(({ event_index }) => event_index)
    expect(indexesOf('one')).toEqual(upTo(16))
    expect(indexesOf('two')).toEqual(upTo(15).map((step) => 1000 + step))
  })

  test('an event that is published again, alone or in a batch, is seen once', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    const events = upTo(6).map((index) => ({ index, payload: { index } }))
    await agent.sayAll(events)
    await agent.sayAll(events)
    for (const event of events.toReversed()) await agent.say(event)
    await agent.say({ index: 6, type: 'final_payload' })
    await agent.say({ index: 6, type: 'final_payload' })
    expect((await viewer.over).map(({ event_index }) => event_index)).toEqual(upTo(7))
    expect(await readEvents(cloud(), task)).toEqual(viewer.events)
  })

  test.each([
    '1234567890123456789',
    '007',
    'true',
    'null',
    'a/b',
    '*',
    '100%',
    'Ärger 🐅 + ?#',
    'x'.repeat(128),
  ])('the task id %s is taken as it is', async (task) => {
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    await agent.say({ payload: { text: task } })
    await agent.finish({ text: task })
    const events = await viewer.over
    expect(seqs(events)).toEqual([0, 1])
    expect(events[0]).toMatchObject({ task_id: task, payload: { text: task } })
    const final = await fetch(`${cloud().url}/final/${encodeURIComponent(task)}`)
    expect(await final.json()).toEqual({ text: task })
  })
}

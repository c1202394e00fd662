import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAgent } from '../support/publish.ts'
import { readPage } from '../support/read-page.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { upTo } from '../support/up-to.ts'
import { streamUrl, watchTask } from '../support/watch-task.ts'

/** The stored events as JSON, page by page. */
export const testPages = (cloud: () => TestCloud): void => {
  test('a task is read page by page, to its end', async () => {
    const task = randomUUID()
    expect(await readPage(cloud(), task)).toEqual({ task_id: task, state: 'waiting', events: [], next: 0 })
    const agent = createAgent(cloud(), { task })
    await agent.sayAll(upTo(120).map((index) => ({ payload: { index } })))
    await watchTask(cloud(), task).seen(120)
    const first = await readPage(cloud(), task)
    expect(first).toMatchObject({ state: 'open', next: 100 })
    const second = await readPage(cloud(), task, `?from=${first.next}`)
    expect(second.next).toBe(120)
    const payloads = [...first.events, ...second.events].map(({ payload }) => payload)
    expect(payloads).toEqual(upTo(120).map((index) => ({ index })))
    const [third] = (await readPage(cloud(), task, '?from=3&limit=1')).events
    expect(third).toMatchObject({ event_index: 3 })
    await agent.finish()
    await watchTask(cloud(), task).over
    expect(await readPage(cloud(), task, '?from=121')).toMatchObject({
      state: 'closed',
      events: [],
      next: 121,
    })
  })

  test('members are spelt as asked for, and unknown ones and large numbers are kept', async () => {
    const task = randomUUID()
    const event = {
      taskId: task,
      agentId: 'a',
      agentName: 'A',
      eventIndex: 7,
      timestamp: '2026-11-20 10:00:00.123456789',
      eventType: 'note',
      payload: { innerName: 1 },
      traceId: 'kept',
    }
    const agent = createAgent(cloud(), { task })
    await agent.sendRaw(event)
    await agent.sendRaw(
      Buffer.from(
        JSON.stringify({ ...event, eventIndex: 8 }).replace('"innerName":1', '"big":9007199254740993'),
      ),
    )
    await watchTask(cloud(), task).seen(2)
    const [snake] = (await readPage(cloud(), task)).events
    expect(snake).toMatchObject({ task_id: task, event_index: 7, payload: { innerName: 1 }, traceId: 'kept' })
    const [camel] = (await readPage(cloud(), task, '?case=camel')).events
    expect(camel).toMatchObject({ taskId: task, eventIndex: 7, payload: { innerName: 1 }, traceId: 'kept' })
    const text = await (
      await fetch(streamUrl(cloud(), task), { headers: { accept: 'application/json' } })
    ).text()
    expect(text).toContain('"big":9007199254740993')
  })
}

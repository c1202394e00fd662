import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAgent } from '../support/publish.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { openSse, readFrames } from '../support/sse.ts'
import { readPage } from '../support/read-page.ts'
import { readEvents, seqs, streamUrl, watchTask } from '../support/watch-task.ts'

const finalUrl = (cloud: TestCloud, task: string, query = ''): string => `${cloud.url}/final/${task}${query}`

/** The result of a task for who does not follow it, and what ends a task otherwise. */
export const testFinal = (cloud: () => TestCloud): void => {
  test('/final waits for the final payload and answers it alone', async () => {
    const task = randomUUID()
    const waiting = fetch(finalUrl(cloud(), task))
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await agent.finish({ text: 'done', tokens: 12_345_678_901 })
    const answer = await waiting
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(await answer.json()).toEqual({ text: 'done', tokens: 12_345_678_901 })
    expect(await (await fetch(finalUrl(cloud(), task, '?wait=0'))).json()).toEqual({
      text: 'done',
      tokens: 12_345_678_901,
    })
  })

  test('/final is 404 when no final payload came in time', async () => {
    const task = randomUUID()
    await createAgent(cloud(), { task }).say()
    await watchTask(cloud(), task).seen(1)
    for (const wait of [0, 1]) {
      const answer = await fetch(finalUrl(cloud(), task, `?wait=${wait}`))
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ error: { code: 'not_found' } })
    }
  })

  test('an error event ends the task: /final is 500 with its code and message, viewers see the event', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const waiting = fetch(finalUrl(cloud(), task))
    await createAgent(cloud(), { task }).say({
      type: 'error',
      payload: { code: 'no_ink', message: 'The ink is out.' },
    })
    const answer = await waiting
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({
      error: { code: 'stream_failed', details: { code: 'no_ink', message: 'The ink is out.' } },
    })
    expect((await viewer.over).map(({ event_type }) => event_type)).toEqual(['error'])
  })

  test('a final event that cannot be used fails the task: viewers and /final are told; a good one mends it', async () => {
    const task = randomUUID()
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await agent.sendRaw({ task_id: task, agent_id: 'agent', event_type: 'final_payload', payload: {} })
    const answer = await fetch(finalUrl(cloud(), task))
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ error: { code: 'stream_failed' } })

    const frames = await readFrames(await openSse(streamUrl(cloud(), task)))
    const failure = frames.at(-1)
    expect(failure).toMatchObject({ event: 'failure', id: '0-failed' })
    expect(JSON.parse(failure?.data ?? '')).toMatchObject({ code: 'stream_failed' })
    const again = await openSse(streamUrl(cloud(), task), { 'last-event-id': '0-failed' })
    expect(again.status).toBe(204)

    await agent.finish({ text: 'mended' })
    await until(
      'the task is mended',
      async () => (await fetch(finalUrl(cloud(), task, '?wait=0'))).status === 200,
    )
    const rest = await readEvents(cloud(), task, { lastEventId: '0-failed' })
    expect(rest).toMatchObject([{ seq: 1, event_type: 'final_payload', payload: { text: 'mended' } }])
  })

  test('the first end wins: what comes later is kept, marked late, and not shown to viewers', async () => {
    const task = randomUUID()
    const agent = createAgent(cloud(), { task })
    await agent.finish({ text: 'first' })
    await agent.say({ payload: { text: 'too late' } })
    await agent.finish({ text: 'second' })
    const page = await until('three events are stored', async () => {
      const read = await readPage(cloud(), task)
      return read.next === 3 && read
    })
    expect(page).toMatchObject({
      state: 'closed',
      events: [{ event_type: 'final_payload' }, { late: true }, { late: true }],
    })
    expect(seqs(await watchTask(cloud(), task).over)).toEqual([0])
    expect(await (await fetch(finalUrl(cloud(), task))).json()).toEqual({ text: 'first' })
  })
}

import { randomUUID } from 'node:crypto'
import type { ServiceBusMessage } from '@azure/service-bus'
import { expect, test } from 'vitest'
import { listDeadLetters, type Letter } from '../support/dead-letters.ts'
import { eachOf } from '../support/each-of.ts'
import { eventMessage } from '../support/publish.ts'
import { readPage } from '../support/read-page.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

const TASKS = 50
const GOOD_EACH = 20
const CORRUPT_EACH = 20

/** An event whose index is missing; its message says which one it would be. */
const corruptMessage = (task: string, number: number): ServiceBusMessage => ({
  sessionId: task,
  messageId: `corrupt-${number}`,
  body: {
    task_id: task,
    agent_id: 'careless',
    agent_name: 'Careless',
    timestamp: '2026-11-20T10:00:00Z',
    event_type: 'note',
  },
})

const deadLettersUrl = (cloud: TestCloud): string => `${cloud.url}/v1/admin/dead-letters`

const mend = async (cloud: TestCloud, { key, task_id: task, message_id: id }: Letter): Promise<void> => {
  const number = Number(id?.slice('corrupt-'.length))
  const body = JSON.stringify({
    ...corruptMessage(task ?? '', number).body,
    event_index: number,
    payload: { number },
  })
  const url = `${deadLettersUrl(cloud)}/${encodeURIComponent(key)}/body`
  expect((await fetch(url, { method: 'PUT', body })).status).toBe(200)
}

const redriveAllOf = async (cloud: TestCloud, task: string): Promise<void> => {
  const answer = await fetch(`${deadLettersUrl(cloud)}:redrive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ task_id: task }),
  })
  expect(await answer.json()).toEqual({ done: CORRUPT_EACH, failed: [] })
}

/** Very many of them. */
export const testCorrupt = (cloud: () => TestCloud): void => {
  test('1,000 corrupt among 1,000 good messages: the good are delivered, the corrupt listed, mended and redriven', async () => {
    const tasks = upTo(TASKS).map((): string => randomUUID())
    const viewers = tasks.map((task) => watchTask(cloud(), task))
    const sender = cloud().bus.createSender('agent-events')
    for (const task of tasks) {
      const good = upTo(GOOD_EACH).map((number) => eventMessage(task, { index: number, payload: { number } }))
      await sender.sendMessages(good.flatMap((message, number) => [message, corruptMessage(task, number)]))
    }
    for (const viewer of viewers) {
      const events = await viewer.seen(GOOD_EACH)
      expect(events.map(({ payload }) => payload['number'])).toEqual(upTo(GOOD_EACH))
    }
    const letters = await until('every corrupt message is listed', async () => {
      const listed = await listDeadLetters(cloud(), { agent_id: 'careless' })
      return listed.length === TASKS * CORRUPT_EACH && listed
    })
    await eachOf(letters, (letter) => mend(cloud(), letter))
    await eachOf(tasks, (task) => redriveAllOf(cloud(), task))
    for (const [index, viewer] of viewers.entries()) {
      const events = await viewer.seen(GOOD_EACH + CORRUPT_EACH)
      expect(seqs(events)).toEqual(upTo(GOOD_EACH + CORRUPT_EACH))
      const mended = events.filter(({ agent_id: agent }) => agent === 'careless')
      const numbers = mended.map(({ payload }) => Number(payload['number']))
      expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(CORRUPT_EACH))
      expect((await readPage(cloud(), tasks[index] ?? '')).next).toBe(GOOD_EACH + CORRUPT_EACH)
    }
    expect(await listDeadLetters(cloud(), { agent_id: 'careless', status: 'held' })).toEqual([])
  })
}

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { listDeadLetters } from '../support/dead-letters.ts'
import { eachOf } from '../support/each-of.ts'
import { createAgent } from '../support/publish.ts'
import { readPage } from '../support/read-page.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

const TASKS = 50
const GOOD_EACH = 20
const CORRUPT_EACH = 20

/** An event whose index is missing: what it was is still to be read. */
const corruptEvent = (task: string, number: number): object => ({
  task_id: task,
  agent_id: 'careless',
  agent_name: 'Careless',
  timestamp: '2026-11-20T10:00:00Z',
  event_type: 'note',
  payload: { number },
})

const Shown = z.looseObject({ body: z.string() })
const CorruptEvent = z.looseObject({ payload: z.object({ number: z.int() }) })

/** Mends a dead letter by its own number, and sends it again. */
const mend = async (cloud: TestCloud, key: string): Promise<void> => {
  const url = `${cloud.url}/v1/admin/dead-letters/${encodeURIComponent(key)}`
  const { body: original } = Shown.parse(await (await fetch(url)).json())
  const event = CorruptEvent.parse(JSON.parse(original))
  const body = JSON.stringify({ ...event, event_index: event.payload.number })
  expect((await fetch(`${url}/body`, { method: 'PUT', body })).status).toBe(200)
  const redriven = await fetch(`${url}:redrive`, { method: 'POST' })
  expect(await redriven.json()).toMatchObject({ key, status: 'redriven', edited: true })
}

/** Very many of them. */
export const testCorrupt = (cloud: () => TestCloud): void => {
  test('1,000 corrupt among 1,000 good messages: the good are delivered, the corrupt listed, mended and redriven', async () => {
    const tasks = upTo(TASKS).map((): string => randomUUID())
    const viewers = tasks.map((task) => watchTask(cloud(), task))
    await eachOf(tasks, async (task) => {
      const agent = createAgent(cloud(), { task })
      for (const number of upTo(GOOD_EACH)) {
        await Promise.all([agent.say({ payload: { number } }), agent.sendRaw(corruptEvent(task, number))])
      }
    })
    for (const viewer of viewers) {
      const events = await viewer.seen(GOOD_EACH)
      expect(events.map(({ payload }) => payload['number'])).toEqual(upTo(GOOD_EACH))
    }
    const letters = await until('every corrupt message is listed', async () => {
      const listed = await listDeadLetters(cloud(), { agent_id: 'careless' })
      return listed.length === TASKS * CORRUPT_EACH && listed
    })
    await eachOf(letters, ({ key }) => mend(cloud(), key))
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

import { describe, expect, test } from 'vitest'
import { startSmallGateway } from '../../tests/fixtures/client/start-small-gateway.ts'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { until } from '../../tests/e2e/support/until.ts'
import { createPlatform } from '../platform.ts'
import { watch } from './watch.ts'

type Page = { state: string; events?: object[]; next?: number }
type Answer = Page | number

const event = (index: number, type = 'note', more: object = {}): object => ({
  task_id: 't',
  agent_id: 'a',
  event_index: index,
  timestamp: '2026-01-01T00:00:00Z',
  event_type: type,
  payload: {},
  ...more,
})

/** Watches a task whose pages are given, one for each time that it is asked for; no bell can be heard. */
const setUp = async (answers: Answer[]) => {
  const clock = createManualClock(Date.now())
  const gateway = await startSmallGateway({ clock })
  const asked: string[] = []
  gateway.answer = ({ url = '' }, response) => {
    const isPage = !url.endsWith('/negotiate')
    const answer = isPage ? (answers.shift() ?? 500) : 503
    if (isPage) asked.push(url)
    const page = typeof answer === 'number' ? {} : { events: [], next: 0, ...answer }
    response.writeHead(typeof answer === 'number' ? answer : 200).end(JSON.stringify(page))
  }
  const platform = { ...createPlatform({}), now: clock.now, sleep: clock.sleep, random: () => 0.5 }
  const seen: number[] = []
  const read = async (): Promise<void> => {
    const surroundings = { http: { http: gateway.http, platform }, platform }
    for await (const { event_index } of watch('a task/1', {}, surroundings)) seen.push(event_index)
  }
  /** Lets time pass until the task is over. */
  const over = read()
  const pass = async (): Promise<void> => {
    let isOver = false
    void over.catch(() => undefined).then(() => (isOver = true))
    await until('it is over', () => {
      clock.advance(1000)
      return isOver
    })
  }
  return { asked, seen, over, pass, clock }
}

describe('without a bell', () => {
  test('a task is asked for again and again, until it ends', async () => {
    const { asked, seen, over, pass } = await setUp([
      { state: 'waiting' },
      { state: 'open', events: [event(0), event(1)], next: 2 },
      { state: 'open', next: 2 },
      503,
      { state: 'closed', events: [event(2, 'final_payload'), event(3, 'note', { late: true })], next: 4 },
    ])
    await pass()
    await over
    expect(seen).toEqual([0, 1, 2])
    expect(asked).toEqual([0, 0, 2, 2, 2].map((from) => `/stream/a%20task%2F1?from=${from}`))
  })

  test.each<[string, Answer[], number[], object]>([
    [
      'it fails',
      [
        {
          state: 'failed',
          events: [event(0, 'error', { payload: { code: 'x', message: 'No ink.' } })],
          next: 1,
        },
      ],
      [0],
      { code: 'task_failed', message: expect.stringContaining('No ink.') },
    ],
    ['its last event is missing', [{ state: 'failed', next: 0 }], [], { code: 'task_failed' }],
    ['it is no longer kept', [{ state: 'expired', next: 0 }], [], { code: 'task_expired' }],
    ['it may not be watched', [403], [], { code: 'http', details: { status: 403 } }],
  ])('the loop throws when %s', async (...[, answers, events, error]) => {
    const { seen, over, pass } = await setUp(answers)
    await pass()
    await expect(over).rejects.toMatchObject(error)
    expect(seen).toEqual(events)
  })

  test.each([
    ['the task was over before', [{ state: 'closed', next: 0 }]],
    ['only late events are left', [{ state: 'closed', events: [event(9, 'note', { late: true })], next: 1 }]],
  ])('the loop ends at once when %s', async (_why, answers) => {
    const { seen, over, pass } = await setUp(answers)
    await pass()
    await over
    expect(seen).toEqual([])
  })
})

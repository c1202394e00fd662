import { describe, expect, test } from 'vitest'
import { startSmallGateway } from '../../tests/fixtures/client/start-small-gateway.ts'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { until } from '../../tests/e2e/support/until.ts'
import { createPlatform, type Socket } from '../platform.ts'
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

/** A WebSocket over which the bell rings as soon as it is open. */
const createBells = () => {
  const sockets: BellSocket[] = []
  class BellSocket implements Socket {
    onopen: (() => void) | undefined
    onmessage: ((event: { data: string }) => void) | undefined
    onclose: ((event: object) => void) | undefined
    onerror: unknown
    constructor() {
      sockets.push(this)
      queueMicrotask(() => {
        this.onopen?.()
        this.tell({ type: 'system', event: 'connected' })
      })
    }
    tell(message: object): void {
      this.onmessage?.({ data: JSON.stringify(message) })
    }
    send(): void {}
    close(): void {
      this.onclose?.({ code: 1000, reason: '' })
    }
  }
  return {
    WebSocket: BellSocket,
    ring: (bell: object) => sockets.at(-1)?.tell({ type: 'message', data: { stream: 'a task/1', ...bell } }),
  }
}

/** Watches a task whose pages are given, one for each time that it is asked for. Without `bells` none can be heard. */
const setUp = async (answers: Answer[], bells?: ReturnType<typeof createBells>) => {
  const clock = createManualClock(Date.now())
  const gateway = await startSmallGateway({ clock })
  const asked: string[] = []
  gateway.answer = ({ url = '' }, response) => {
    const isPage = !url.endsWith('/negotiate')
    if (!isPage && bells !== undefined) return void response.end('{"url":"ws://bells.example/"}')
    const answer = isPage ? (answers.shift() ?? 500) : 503
    if (isPage) asked.push(url)
    const page = typeof answer === 'number' ? {} : { events: [], next: 0, ...answer }
    response.writeHead(typeof answer === 'number' ? answer : 200).end(JSON.stringify(page))
  }
  const platform = { ...createPlatform(bells ?? {}), now: clock.now, sleep: clock.sleep, random: () => 0.5 }
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

describe('with a bell', () => {
  const stored: Answer[] = [
    { state: 'open', events: [event(0)], next: 1 },
    { state: 'open', next: 1 },
  ]

  /** A task of which the first event is seen, and that goes on. */
  const listenIn = async (later: Answer[]) => {
    const bells = createBells()
    const watched = await setUp([...stored, ...later], bells)
    await until('what is stored was read', () => watched.asked.length === 2)
    return { ...watched, ring: bells.ring }
  }

  test('nothing is asked for that the bell carries', async () => {
    const { asked, seen, over, ring } = await listenIn([])
    ring({ from: 1, events: [event(1)] })
    ring({ from: 1, events: [event(1)] })
    ring({ from: 1, events: [event(1), event(2)] })
    ring({ from: 3, events: [event(3, 'final_payload')], outcome: 'final' })
    await over
    expect(seen).toEqual([0, 1, 2, 3])
    expect(asked).toHaveLength(2)
  })

  test('what it does not carry, and what a lost one carried, is read, and comes once', async () => {
    const { asked, seen, over, ring } = await listenIn([
      { state: 'open', events: [event(1)], next: 2 },
      { state: 'open', next: 2 },
      { state: 'open', events: [event(2), event(3), event(4)], next: 5 },
      { state: 'open', next: 5 },
    ])
    ring({ upto: 2 })
    await until('it is read', () => asked.length === 4)
    ring({ from: 4, events: [event(4)] })
    ring({ from: 5, events: [event(5, 'final_payload')], outcome: 'final' })
    await over
    expect(seen).toEqual([0, 1, 2, 3, 4, 5])
    expect(asked).toHaveLength(6)
  })

  test('the last one may be lost: half a minute later the task is asked for', async () => {
    const { asked, seen, over, clock } = await listenIn([
      { state: 'closed', events: [event(1, 'final_payload')], next: 2 },
    ])
    // The connection is one sleep, the reader another.
    await until('it waits', () => clock.sleeping() === 2)
    clock.advance(29_000)
    expect(asked).toHaveLength(2)
    clock.advance(1000)
    await over
    expect(seen).toEqual([0, 1])
  })
})

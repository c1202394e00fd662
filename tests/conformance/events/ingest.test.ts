import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { MAX_EVENT_BYTES } from '../../../shared/contract/limits.ts'
import type { DeadLetter } from '../../../shared/events/dead-letter.ts'
import type { QuarantineStore } from '../../../shared/events/quarantine-store.ts'
import type { ReceivedMessage } from '../../../shared/events/read-message.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { agentEvent, eventMessage, openIngest } from '../../support/open-ingest.ts'
import { openQuarantine } from '../../support/open-quarantine.ts'
import { openStreams } from '../../support/open-streams.ts'

const NOW = Date.UTC(2026, 10, 20, 10)
const clock = { now: () => NOW, sleep: async () => {} }
let storage: RunningStorage
let streams: StreamStateStore
let letters: QuarantineStore

beforeAll(async () => {
  storage = await startStorage({})
  streams = openStreams(storage.connectionString)
  letters = openQuarantine(storage.connectionString)
})
afterEach(() => storage.faults.remove())
afterAll(() => storage.stop())

const setUp = (options: Partial<Parameters<typeof openIngest>[0]> = {}) =>
  openIngest({ streams, letters, clock, ...options })

const stored = async (task: string): Promise<Array<Record<string, unknown>>> =>
  (await streams.readEvents(task, 0, 100)).map(({ body }) => JSON.parse(body))

const lettersOf = async (task: string): Promise<DeadLetter[]> =>
  (await letters.list({ task_id: task }, { limit: 100 })).items

/** A session of messages, one after the other, as the trigger hands them over. */
const run = async (
  ingest: (message: ReceivedMessage) => Promise<void>,
  bodies: readonly unknown[],
): Promise<void> => {
  for (const body of bodies) await ingest(eventMessage(body))
}

test('an event is stored as it is read and its bell carries it', async () => {
  const { ingest, bell, lines } = setUp()
  const task = randomUUID()
  const event = agentEvent(task)
  const { task_id: taskId, ...rest } = event
  await ingest(eventMessage({ taskId, ...rest, timestamp: '2026-11-20 10:00:00' }, { sessionId: task }))
  expect(await stored(task)).toEqual([event])
  expect(bell.rung).toEqual([{ stream: task, from: 0, events: [event] }])
  expect(lines).toEqual([])
})

test('two agents number their events of one task as they like', async () => {
  const { ingest } = setUp()
  const task = randomUUID()
  await run(ingest, [
    agentEvent(task, { event_index: 5 }),
    agentEvent(task, { agent_id: 'critic', event_index: 5 }),
    agentEvent(task, { event_index: 2 }),
    agentEvent(task, { agent_id: 'critic', event_index: 6 }),
  ])
  expect((await stored(task)).map((event) => [event.agent_id, event.event_index])).toEqual([
    ['poet', 5],
    ['critic', 5],
    ['poet', 2],
    ['critic', 6],
  ])
})

test.each([
  ['final_payload', 'final'],
  ['error', 'error'],
] as const)('%s closes the task; what follows is late and says so', async (event_type, outcome) => {
  const { ingest, bell } = setUp()
  const task = randomUUID()
  await run(ingest, [
    agentEvent(task, { event_type }),
    agentEvent(task, { event_index: 1, event_type: 'final_payload' }),
  ])
  expect((await streams.read(task))?.value).toMatchObject({ status: 'closed', outcome, end: 1, next: 2 })
  expect(bell.rung).toMatchObject([
    { from: 0, outcome },
    { from: 1, events: [{ late: true }] },
  ])
  expect(bell.rung[1]).not.toHaveProperty('outcome')
})

test.each([
  ['digits that a double cannot hold', '12345678901234567890', {}],
  ['more than a bell takes', JSON.stringify('x'.repeat(33_000)), {}],
  ['a member that means something on a bell', '1', { late: 'yes' }],
])('an event with %s is announced by its place alone, and stored whole', async (_name, value, members) => {
  const { ingest, bell } = setUp()
  const task = randomUUID()
  const text = JSON.stringify({ ...agentEvent(task), ...members }).replace('"x"', value)
  await ingest(eventMessage(text))
  expect(bell.rung).toEqual([{ stream: task, upto: 1 }])
  expect((await streams.readEvents(task, 0, 1))[0]?.body).toContain(value)
})

const SECRET = 'SECRET-PAYLOAD'
const task = 'task-of-the-corrupt'
const good = (index: number) => agentEvent(task, { event_index: index, payload: { text: SECRET } })

const corrupt: Array<[DeadLetter['reason'], () => unknown, Partial<ReceivedMessage>]> = [
  ['invalid_json', () => `{"payload":"${SECRET}`, {}],
  ['invalid_event', () => ({ ...good(0), event_index: -1 }), {}],
  ['session_mismatch', () => good(0), { sessionId: 'another' }],
  ['over_size', () => Buffer.alloc(MAX_EVENT_BYTES + 1, SECRET), {}],
  ['conflicting_duplicate', () => ({ ...good(0), payload: { text: `other ${SECRET}` } }), {}],
]

test.each(corrupt)(
  '%s: to the quarantine with one line, and the session goes on',
  async (reason, body, members) => {
    const { ingest, bell, lines } = setUp()
    const entity = `${reason}/Subscriptions/gateway`
    await ingest(eventMessage(good(0)))
    const before = bell.rung.length
    await ingest(eventMessage(body(), { entity, messageId: 'm-1', deliveryCount: 3, ...members }))
    await ingest(eventMessage(good(1)))
    const { items } = await letters.list({ entity }, { limit: 10 })
    expect(items).toMatchObject([
      { reason, source: 'ingest', status: 'held', message_id: 'm-1', delivery_count: 3 },
    ])
    const [letter] = items
    const kept = Buffer.from(await letters.readBody(letter?.key ?? '', 'original'))
    expect(kept.equals(eventMessage(body()).body)).toBe(true)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      level: 'error',
      reason,
      entity,
      dead_letter: letter?.key,
      message_id: 'm-1',
      delivery_count: 3,
    })
    expect(JSON.stringify(lines)).not.toContain(SECRET)
    expect(JSON.stringify(items)).not.toContain(SECRET)
    expect(bell.rung.length).toBe(before + 1)
  },
)

test('an event of a task whose time is over goes to the quarantine', async () => {
  const { ingest, lines } = setUp()
  const expired = randomUUID()
  await ingest(eventMessage(agentEvent(expired)))
  const found = await streams.read(expired)
  if (found)
    await streams.commit(expired, { state: { ...found.value, status: 'expired' }, version: found.version })
  await ingest(eventMessage(agentEvent(expired, { event_index: 1, event_type: 'final_payload' })))
  expect(await lettersOf(expired)).toMatchObject([{ reason: 'stream_expired', agent_id: 'poet' }])
  expect(lines).toMatchObject([
    { level: 'error', reason: 'stream_expired', task_id: expired, agent_id: 'poet' },
  ])
  expect((await streams.read(expired))?.value).toMatchObject({ status: 'expired', next: 1 })
})

test('a final event in quarantine is noted on its task, whose watchers are told; mended and sent again it closes the task', async () => {
  const { ingest, bell } = setUp()
  const broken = randomUUID()
  const final = agentEvent(broken, { event_index: 1, event_type: 'final_payload' })
  await run(ingest, [agentEvent(broken), { ...final, timestamp: 'tomorrow' }])
  expect((await streams.read(broken))?.value).toMatchObject({ status: 'open', next: 1 })
  expect((await streams.read(broken))?.value.failure).toMatch(/^The final event is in quarantine: timestamp/)
  expect(bell.rung.at(-1)).toEqual({ stream: broken, upto: 1 })
  await ingest(eventMessage(final))
  expect((await streams.read(broken))?.value).toMatchObject({ status: 'closed', outcome: 'final' })
  expect((await streams.read(broken))?.value.failure).toBeUndefined()
})

test.each(['final_payload', 'error'])(
  'a %s event that another already stands for fails the task: nothing else would end it',
  async (event_type) => {
    const { ingest } = setUp()
    const open = randomUUID()
    await run(ingest, [agentEvent(open), agentEvent(open, { event_type })])
    expect((await streams.read(open))?.value).toMatchObject({ status: 'open', next: 1 })
    expect((await streams.read(open))?.value.failure).toContain('event_index')
  },
)

test('a final event that cannot be read is noted on the task of its session', async () => {
  const { ingest } = setUp()
  const broken = randomUUID()
  const { task_id: _id, ...rest } = agentEvent(broken, { event_type: 'final_payload' })
  await ingest(eventMessage(rest, { sessionId: broken }))
  expect((await streams.read(broken))?.value.failure).toContain('task_id')
})

test('an event with an id that no table takes as a text goes its way like any other', async () => {
  const { ingest } = setUp()
  const long = randomUUID() + 'ü'.repeat(60_000)
  await ingest(
    eventMessage(
      { ...agentEvent('x'), task_id: long, agent_id: long, event_type: 'final_payload' },
      { sessionId: 's\u0000\u0001' },
    ),
  )
  expect((await streams.read('s\u0000\u0001'))?.value.failure).toContain('task_id')
  const { items } = await letters.list({ agent_id: long.slice(0, 1024) }, { limit: 10 })
  expect(items).toMatchObject([{ reason: 'invalid_event', session_id: 's\u0000\u0001' }])
})

test('what Service Bus dead-lettered is moved with its reason; a final event is noted on its task', async () => {
  const { quarantineNative, lines } = setUp()
  const dead = randomUUID()
  const applicationProperties = {
    deadLetterReason: 'MaxDeliveryCountExceeded',
    deadLetterErrorDescription: 'Too often.',
    a: 1,
  }
  const message = eventMessage(agentEvent(dead, { event_type: 'final_payload' }), {
    applicationProperties,
    sessionId: dead,
  })
  await quarantineNative(message)
  await quarantineNative(message)
  expect(await lettersOf(dead)).toMatchObject([
    {
      reason: 'MaxDeliveryCountExceeded',
      description: 'Too often.',
      source: 'service-bus',
      status: 'held',
      agent_id: 'poet',
    },
  ])
  expect((await streams.read(dead))?.value.failure).toContain('MaxDeliveryCountExceeded')
  expect(lines).toHaveLength(1)
  const other = randomUUID()
  await quarantineNative(eventMessage('not json', { sessionId: other }))
  expect(await lettersOf(other)).toMatchObject([{ reason: 'unknown', description: '' }])
  expect(await streams.read(other)).toBeUndefined()
})

test('what Service Bus dead-lettered without a session id is found by the task and the agent of its body', async () => {
  const { quarantineNative } = setUp()
  const [good, bad] = [randomUUID(), randomUUID()]
  await quarantineNative(eventMessage(agentEvent(good)))
  await quarantineNative(eventMessage({ ...agentEvent(bad), payload: 1 }))
  expect(await lettersOf(good)).toMatchObject([{ task_id: good, agent_id: 'poet' }])
  expect(await lettersOf(bad)).toMatchObject([{ task_id: bad, agent_id: 'poet' }])
})

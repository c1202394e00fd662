import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { QuarantineStore } from '../../../shared/events/quarantine-store.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { createMortal, Killed } from '../../support/create-mortal.ts'
import { agentEvent, eventMessage, openIngest } from '../../support/open-ingest.ts'
import { openQuarantine } from '../../support/open-quarantine.ts'
import { createTestBell, openStreams, type TestBell } from '../../support/open-streams.ts'
import { range } from '../../support/publish.ts'

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

const bodies = async (task: string): Promise<unknown[]> =>
  (await streams.readEvents(task, 0, 100)).map(({ body }) => JSON.parse(body))

/** A bell that kills the process instead of ringing. */
const deadly = (): TestBell => ({
  ...createTestBell(),
  ring: () => Promise.reject(new Killed('killed here')),
})

test('killed between append and announce: delivered again it rings, and nothing is stored twice', async () => {
  const task = randomUUID()
  const event = agentEvent(task, { event_type: 'final_payload' })
  const message = eventMessage(event)
  await expect(setUp({ bell: deadly() }).ingest(message)).rejects.toThrow(Killed)
  expect(await bodies(task)).toEqual([event])
  const { ingest, bell, lines } = setUp()
  await ingest({ ...message, deliveryCount: 2 })
  expect(await bodies(task)).toEqual([event])
  expect(bell.rung).toEqual([{ stream: task, from: 0, events: [event], outcome: 'final' }])
  expect(lines).toEqual([])
})

test('killed between announce and settle: delivered again it rings again, at the same place', async () => {
  const task = randomUUID()
  const { ingest, bell } = setUp()
  const messages = range(0, 3).map((index) => eventMessage(agentEvent(task, { event_index: index })))
  for (const message of messages) await ingest(message)
  const [, second] = messages
  if (second) await ingest({ ...second, deliveryCount: 2 })
  expect(bell.rung.map((rung) => ('from' in rung ? rung.from : rung.upto))).toEqual([0, 1, 2, 1])
  expect(await bodies(task)).toHaveLength(3)
})

test('killed after any call to the storage: delivered again the event is stored once and announced', async () => {
  let killed = true
  for (let call = 1; killed; call++) {
    const task = randomUUID()
    const message = eventMessage(agentEvent(task))
    const mortal = setUp({ streams: createMortal(call).wrap(streams) })
    killed = await mortal.ingest(message).then(
      () => false,
      (error: unknown) => error instanceof Killed,
    )
    const { ingest, bell } = setUp()
    await ingest(message)
    expect(await bodies(task), `killed after call ${call}`).toHaveLength(1)
    expect(bell.rung).toMatchObject([{ from: 0 }])
    expect(killed || call > 3).toBe(true)
  }
})

test('killed after any call while a final event is put aside: one letter, one note, whatever came before', async () => {
  let killed = true
  for (let call = 1; killed; call++) {
    const task = randomUUID()
    const message = eventMessage({ ...agentEvent(task, { event_type: 'final_payload' }), payload: 1 })
    const { wrap } = createMortal(call)
    const mortal = setUp({ streams: wrap(streams), letters: wrap(letters) })
    killed = await mortal.ingest(message).then(
      () => false,
      (error: unknown) => error instanceof Killed,
    )
    const { ingest, bell } = setUp()
    await ingest({ ...message, deliveryCount: 2 })
    expect(
      (await letters.list({ task_id: task }, { limit: 10 })).items,
      `killed after call ${call}`,
    ).toHaveLength(1)
    expect((await streams.read(task))?.value.failure).toContain('payload')
    expect(bell.rung).toEqual([{ stream: task, upto: 0 }])
    expect(killed || call > 4).toBe(true)
  }
})

test('killed between quarantine and settle: delivered again there is one letter and one line', async () => {
  const task = randomUUID()
  const message = eventMessage({ ...agentEvent(task), payload: 1 })
  const [first, second] = [setUp(), setUp()]
  await first.ingest(message)
  await second.ingest({ ...message, deliveryCount: 2 })
  expect((await letters.list({ task_id: task }, { limit: 10 })).items).toMatchObject([{ delivery_count: 1 }])
  expect([...first.lines, ...second.lines]).toHaveLength(1)
})

test.each(['table', 'table.answer'])(
  'a storage that is away for a while (%s) is waited for inside the handler',
  async (operation) => {
    const task = randomUUID()
    const { ingest, bell, lines } = setUp()
    const event = agentEvent(task, { payload: { text: 'SECRET' } })
    storage.faults.add({ operation, action: operation === 'table' ? 'unavailable' : 'drop', count: 4 })
    await ingest(eventMessage(event))
    expect(await bodies(task)).toEqual([event])
    expect(bell.rung).toEqual([{ stream: task, from: 0, events: [event] }])
    expect(lines).toHaveLength(4)
    expect(lines.every(({ level }) => level === 'warn')).toBe(true)
    expect(JSON.stringify(lines)).not.toContain('SECRET')
  },
)

test('the order of a session survives an outage in its middle', async () => {
  const task = randomUUID()
  const { ingest } = setUp()
  for (const index of range(0, 6)) {
    if (index === 3) storage.faults.add({ operation: 'table', action: 'drop', count: 2 })
    await ingest(eventMessage(agentEvent(task, { event_index: index })))
  }
  expect(await bodies(task)).toMatchObject(range(0, 6).map((index) => ({ event_index: index })))
})

test.each(['table', 'blob'])(
  'a quarantine whose %s service is away is waited for, too',
  async (operation) => {
    const task = randomUUID()
    const { ingest, lines } = setUp()
    storage.faults.add({ operation, action: 'unavailable', count: 2 })
    await ingest(eventMessage({ ...agentEvent(task), payload: 'SECRET' }))
    expect((await letters.list({ task_id: task }, { limit: 10 })).items).toHaveLength(1)
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'error'])
    expect(JSON.stringify(lines)).not.toContain('SECRET')
  },
)

test.each(['table', 'blob'])(
  'what Service Bus dead-lettered waits for a %s service that is away, not in its queue',
  async (operation) => {
    const task = randomUUID()
    const { quarantineNative, lines } = setUp()
    storage.faults.add({ operation, action: 'unavailable', count: 2 })
    await quarantineNative(eventMessage(agentEvent(task, { event_type: 'final_payload' })))
    expect((await letters.list({ task_id: task }, { limit: 10 })).items).toHaveLength(1)
    expect((await streams.read(task))?.value.failure).toContain('Service Bus dead-lettered')
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'error'])
  },
)

test('a storage that stays away lets the message be delivered again, and puts nothing aside', async () => {
  const task = randomUUID()
  const { ingest, bell } = setUp({ retryMs: 0 })
  storage.faults.add({ operation: 'table', action: 'unavailable' })
  await expect(ingest(eventMessage(agentEvent(task)))).rejects.toMatchObject({ status: 503 })
  storage.faults.remove()
  expect(bell.rung).toEqual([])
  expect((await letters.list({ task_id: task }, { limit: 10 })).items).toEqual([])
  expect(await bodies(task)).toEqual([])
})

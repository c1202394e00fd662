import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { connectFolder } from '../../../shared/azure/blobs/connect-folder.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { createQuarantineStore } from '../../../shared/azure/tables/quarantine-store.ts'
import type { QuarantineStore } from '../../../shared/events/quarantine-store.ts'
import type { Resend } from '../../../shared/events/redrive.ts'
import { holdLetter, holdLetters, openLetters } from '../../support/hold-letters.ts'
import { openQuarantine } from '../../support/open-quarantine.ts'

let storage: RunningStorage
let store: QuarantineStore
const open = (resend?: Resend) => openLetters(store, resend)
const hold = (messages: Parameters<typeof holdLetters>[1]) => holdLetters(store, messages)
const holdOne = (message?: Parameters<typeof holdLetter>[1]) => holdLetter(store, message)

beforeAll(async () => {
  storage = await startStorage({})
  store = openQuarantine(storage.connectionString)
})
afterAll(() => storage.stop())

test('a letter says where it came from, why it is here and what came with it', async () => {
  const { entity } = await hold([
    {
      body: 'not json',
      messageId: 'm-1',
      sessionId: 's-1',
      correlationId: 'c-1',
      subject: 'note',
      contentType: 'text/plain',
      applicationProperties: { tenant: 'x', n: 1 },
      deliveryCount: 3,
      taskId: 't-1',
    },
  ])
  const { items } = await open().letters.list({ entity }, { limit: 10 })
  expect(items).toEqual([
    {
      key: expect.stringContaining('~Subscriptions~gateway.'),
      entity,
      reason: 'invalid_json',
      description: 'It is wrong.',
      source: 'ingest',
      status: 'held',
      sequence_number: '1',
      enqueued_at: '2026-11-20T12:00:00.000Z',
      delivery_count: 3,
      quarantined_at: '2026-11-20T12:00:00.000Z',
      size: 8,
      edited: false,
      message_id: 'm-1',
      session_id: 's-1',
      correlation_id: 'c-1',
      subject: 'note',
      content_type: 'text/plain',
      application_properties: { tenant: 'x', n: 1 },
      task_id: 't-1',
    },
  ])
})

test('a message that is delivered again keeps its one letter', async () => {
  const again = { sequenceNumber: '7', enqueuedAt: '2026-11-20T12:00:00Z' }
  expect((await hold([again, { ...again, deliveryCount: 2 }])).keys).toHaveLength(1)
})

test('letters are listed newest first, page by page, none twice and none left out', async () => {
  const { entity, keys } = await hold(Array.from({ length: 7 }, () => ({})))
  const { letters } = open()
  const pages: string[][] = []
  let after: string | undefined
  do {
    const page = await letters.list({ entity }, { limit: 3, after })
    pages.push(page.items.map(({ key }) => key))
    after = page.next
  } while (after !== undefined)
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 1])
  expect(pages.flat()).toEqual(keys.toReversed())
})

test('a page that ends with the last letter has no next', async () => {
  const { entity } = await hold([{}, {}])
  expect(await open().letters.list({ entity }, { limit: 2 })).not.toHaveProperty('next')
})

test('letters are filtered by reason, status, task and any of them together', async () => {
  const { entity, keys } = await hold([
    { reason: 'invalid_json' },
    { reason: 'over_size', taskId: "o'brien/50%" },
    { reason: 'over_size', taskId: 't-2' },
  ])
  const { letters } = open()
  await letters.redrive(keys[2] ?? '')
  const found = async (filter: object): Promise<string[]> =>
    (await letters.list({ entity, ...filter }, { limit: 10 })).items.map(({ key }) => key)
  expect(await found({ reason: 'over_size' })).toEqual([keys[2], keys[1]])
  expect(await found({ status: 'held' })).toEqual([keys[1], keys[0]])
  expect(await found({ task_id: "o'brien/50%" })).toEqual([keys[1]])
  expect(await found({ reason: 'over_size', status: 'redriven' })).toEqual([keys[2]])
  expect(await found({ reason: 'none' })).toEqual([])
})

test('a list without a filter has the letters of every entity', async () => {
  const { keys } = await hold([{}])
  const { letters } = open()
  const listed: string[] = []
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await letters.list({}, { limit: 100, after })
    listed.push(...page.items.map(({ key }) => key))
    after = page.next
  }
  expect(listed).toContain(keys[0])
})

test('a cursor that is none of ours is refused', async () => {
  for (const after of ['x', 'e30', Buffer.from('[1,2]').toString('base64url')])
    await expect(open().letters.list({}, { limit: 1, after })).rejects.toMatchObject({ status: 400 })
})

test('a text is shown as text, other bytes as base64', async () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0xc3)
  const { letters } = open()
  expect(await letters.show(await holdOne({ body: 'zażółć \0' }))).toMatchObject({
    body: 'zażółć \0',
    body_encoding: 'utf8',
  })
  expect(await letters.show(await holdOne({ body: bytes }))).toMatchObject({
    body: '/wDD',
    body_encoding: 'base64',
  })
  expect(await letters.show(await holdOne({ body: '' }))).toMatchObject({
    body: '',
    body_encoding: 'utf8',
    size: 0,
  })
})

test('a body of several megabytes is kept whole', async () => {
  const body = 'x'.repeat(3_000_000)
  const shown = await open().letters.show(await holdOne({ body }))
  expect(shown.body === body).toBe(true)
  expect(shown.size).toBe(3_000_000)
})

test('an edited letter shows the new body and the original', async () => {
  const { letters } = open()
  const key = await holdOne({ body: 'wrong' })
  expect(await letters.edit(key, Buffer.from('right'))).toMatchObject({ key, edited: true, status: 'held' })
  expect(await letters.show(key)).toMatchObject({ body: 'right', original_body: 'wrong', edited: true })
  await letters.edit(key, Buffer.from('better'))
  expect(await letters.show(key)).toMatchObject({ body: 'better', original_body: 'wrong' })
})

test('of two edits at the same time one wins, and its body is the one that is kept', async () => {
  const { letters } = open()
  const key = await holdOne({ body: 'wrong' })
  const bodies = ['a', 'b', 'c']
  const results = await Promise.allSettled(bodies.map((body) => letters.edit(key, Buffer.from(body))))
  const winners = bodies.filter((_body, index) => results[index]?.status === 'fulfilled')
  const losers = results.filter((result) => result.status === 'rejected')
  expect(losers.every(({ reason }) => reason.status === 409)).toBe(true)
  // One after the other they may all succeed; then the last one counts.
  expect(winners).toContain((await letters.show(key)).body)
})

test('a purged letter is gone with its bodies', async () => {
  const { letters } = open()
  const key = await holdOne({ body: 'secret' })
  await letters.edit(key, Buffer.from('secret too'))
  await letters.purge(key)
  await expect(letters.show(key)).rejects.toMatchObject({ status: 404 })
  await expect(letters.purge(key)).rejects.toMatchObject({ status: 404 })
  await expect(store.readBody(key, 'original')).rejects.toMatchObject({ status: 404 })
})

test.each(['', '.', '..', 'nothing', 'a.b', "it's.'1'", 'ü/ö.1', 'x'.repeat(3000)])(
  'an unknown key is answered 404: %j',
  async (key) => {
    const { letters } = open()
    for (const answer of [
      letters.show(key),
      letters.edit(key, Buffer.from('x')),
      letters.redrive(key),
      letters.purge(key),
    ])
      await expect(answer).rejects.toMatchObject({ status: 404 })
  },
)

test('all letters of a selection are purged, and no other', async () => {
  const { entity } = await hold([
    { reason: 'over_size' },
    { reason: 'invalid_json' },
    { reason: 'over_size' },
  ])
  const { letters } = open()
  expect(await letters.purgeAll({ filter: { entity, reason: 'over_size' }, limit: 100 })).toEqual({
    done: 2,
    failed: [],
  })
  expect((await letters.list({ entity }, { limit: 10 })).items.map(({ reason }) => reason)).toEqual([
    'invalid_json',
  ])
})

test('texts of any length and character are kept: nothing that an agent wrote makes a letter impossible', async () => {
  const long = 'ß'.repeat(30_000)
  const { letters } = open()
  const odd = 'a\u0000\u0001\uFFFE\u2028'
  const { entity, keys } = await hold([
    {
      subject: long,
      applicationProperties: { long: long + long, [odd]: odd },
      messageId: odd,
      reason: `${odd}r`,
      taskId: odd,
    },
  ])
  const [letter] = (await letters.list({ entity, task_id: odd, reason: `${odd}r` }, { limit: 1 })).items
  expect(letter).toMatchObject({ key: keys[0], message_id: odd, task_id: odd })
  expect(letter?.subject === long && letter.application_properties['long'] === long + long).toBe(true)
})

test('a purge that was killed after the bodies is finished by another', async () => {
  const key = await holdOne({ body: 'secret' })
  const killed = createQuarantineStore({
    table: {
      ...connectTable({ connectionString: storage.connectionString }, 'quarantine'),
      remove: () => Promise.reject(new Error('killed here')),
    },
    blobs: connectFolder({ connectionString: storage.connectionString }, 'quarantine'),
  })
  await expect(openLetters(killed).letters.purge(key)).rejects.toThrow('killed here')
  const { letters } = open()
  await expect(letters.show(key)).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('purged'),
  })
  await letters.purge(key)
  expect(await store.read(key)).toBeUndefined()
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { QuarantineStore } from '../../../shared/events/quarantine-store.ts'
import { tooLarge } from '../../../shared/kernel/errors.ts'
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

test('an edit does not change what is redriven at the same time', async () => {
  const key = await holdOne({ body: 'original' })
  const { letters } = open()
  const late: QuarantineStore = {
    ...store,
    edit: async (...change) => {
      await letters.redrive(key)
      return store.edit(...change)
    },
  }
  const other = openLetters(late).letters
  await expect(other.edit(key, Buffer.from('edited'))).rejects.toMatchObject({ status: 409 })
  expect(await letters.show(key)).toMatchObject({ status: 'redriven', edited: false, body: 'original' })
})

test('a redriven message goes to its topic with its session, its properties and its body', async () => {
  const { letters, sent } = open()
  const { entity, keys } = await hold([
    {
      body: '{"a":1}',
      sessionId: 's-1',
      messageId: 'm-1',
      correlationId: 'c-1',
      subject: 'note',
      contentType: 'application/json',
      applicationProperties: {
        tenant: 'x',
        n: 1,
        yes: true,
        nothing: null,
        nested: { a: 1 },
        DeadLetterReason: 'r',
        deadLetterErrorDescription: 'd',
      },
    },
  ])
  const [key = ''] = keys
  expect(await letters.redrive(key)).toMatchObject({
    status: 'redriven',
    redriven_at: '2026-11-20T12:00:00.000Z',
  })
  const messageId = sent[0]?.message.messageId ?? ''
  expect(sent).toEqual([
    {
      entity: entity.split('/')[0],
      message: {
        body: Buffer.from('{"a":1}'),
        messageId,
        sessionId: 's-1',
        correlationId: 'c-1',
        subject: 'note',
        contentType: 'application/json',
        applicationProperties: { tenant: 'x', n: 1, yes: true, nothing: null },
      },
    },
  ])
  expect(messageId).toMatch(/^redrive-/)
  expect(messageId.length).toBeLessThanOrEqual(128)
})

test('a redriven message goes back to the namespace it came from', async () => {
  const { letters, sent } = open()
  const { keys } = await hold([{ namespace: 'BUS_2' }, {}])
  for (const key of keys) await letters.redrive(key)
  expect(keys).toHaveLength(2)
  expect(sent.map(({ namespace }) => namespace ?? 'home').toSorted()).toEqual(['BUS_2', 'home'])
})

test('a redriven message that came without a session id gets the one its body names', async () => {
  const { letters, sent } = open()
  const event = {
    taskId: '1234567890123456789',
    agentId: 'a',
    agentName: 'n',
    eventIndex: 0,
    timestamp: '2026-11-20T10:00:00Z',
    eventType: 'x',
    payload: {},
  }
  const key = await holdOne({ body: 'broken' })
  await letters.edit(key, Buffer.from(JSON.stringify(event)))
  await letters.redrive(key)
  expect(sent[0]?.message).toMatchObject({
    sessionId: '1234567890123456789',
    body: Buffer.from(JSON.stringify(event)),
  })
})

test('a letter that crashed between send and redriven can be redriven again, as the same message', async () => {
  const key = await holdOne()
  const { sent } = open()
  const crashing: QuarantineStore = {
    ...store,
    update: async (letter, version) => {
      if (letter.status === 'redriven') throw new Error('killed here')
      return store.update(letter, version)
    },
  }
  const resend: Resend = async (entity, message) => void sent.push({ entity, message })
  await expect(openLetters(crashing, resend).letters.redrive(key)).rejects.toThrow('killed here')
  const { letters } = open(resend)
  expect((await letters.show(key)).status).toBe('redriving')
  await expect(letters.edit(key, Buffer.from('x'))).rejects.toMatchObject({ status: 409 })
  expect((await letters.redrive(key)).status).toBe('redriven')
  expect(sent).toHaveLength(2)
  expect(sent[1]).toEqual(sent[0])
})

test('a letter that could not be sent stays redriving and can be redriven when the bus is back', async () => {
  const key = await holdOne()
  const { letters } = open(() => Promise.reject(new Error('The bus is away.')))
  await expect(letters.redrive(key)).rejects.toThrow('The bus is away.')
  expect((await open().letters.redrive(key)).status).toBe('redriven')
})

test('a letter that the bus refuses for good is held again, and goes when it is edited', async () => {
  const key = await holdOne({ body: 'too large' })
  const { letters } = open(async (_entity, { body }) => {
    if (body.length > 5) throw tooLarge('The message is too large.')
  })
  await expect(letters.redrive(key)).rejects.toMatchObject({ status: 413 })
  expect((await letters.show(key)).status).toBe('held')
  await letters.edit(key, Buffer.from('small'))
  expect((await letters.redrive(key)).status).toBe('redriven')
})

test('a redriven letter is neither redriven nor edited again', async () => {
  const key = await holdOne()
  const { letters, sent } = open()
  await letters.redrive(key)
  await expect(letters.redrive(key)).rejects.toMatchObject({
    status: 409,
    message: expect.stringContaining('Purge'),
  })
  await expect(letters.edit(key, Buffer.from('x'))).rejects.toMatchObject({ status: 409 })
  expect(sent).toHaveLength(1)
})

test('a letter that someone else changes during a redrive is not sent', async () => {
  const key = await holdOne()
  const { letters, sent } = open()
  const meddling: QuarantineStore = {
    ...store,
    update: async (letter, version) => {
      await letters.edit(key, Buffer.from('edited meanwhile'))
      return store.update(letter, version)
    },
  }
  const resend: Resend = async (entity, message) => void sent.push({ entity, message })
  await expect(openLetters(meddling, resend).letters.redrive(key)).rejects.toMatchObject({
    status: 409,
  })
  expect(sent).toEqual([])
  expect(await letters.show(key)).toMatchObject({ status: 'held', body: 'edited meanwhile' })
})

test('all letters of a selection are redriven, a page at a time; one that fails does not stop the others', async () => {
  const { entity, keys } = await hold(Array.from({ length: 5 }, (_, index) => ({ subject: String(index) })))
  const sent: string[] = []
  const { letters } = open(async (_entity, { subject = '' }) => {
    if (subject === '3') throw new Error('The bus refused it.')
    sent.push(subject)
  })
  const first = await letters.redriveAll({ filter: { entity, status: 'held' }, limit: 3 })
  expect(first).toMatchObject({ done: 2, failed: [{ key: keys[3], message: 'The bus refused it.' }] })
  const second = await letters.redriveAll({ filter: { entity, status: 'held' }, limit: 3, after: first.next })
  expect(second).toEqual({ done: 2, failed: [] })
  expect(sent).toEqual(['4', '2', '1', '0'])
  const left = await letters.list({ entity, status: 'redriving' }, { limit: 10 })
  expect(left.items.map(({ key }) => key)).toEqual([keys[3]])
})

test('of two redrives at the same time one sends', async () => {
  const key = await holdOne()
  const { letters, sent } = open()
  let overtaken = false
  const slow: QuarantineStore = {
    ...store,
    read: async (name) => {
      const found = await store.read(name)
      if (!overtaken) {
        overtaken = true
        await letters.redrive(key)
      }
      return found
    },
  }
  const resend: Resend = async (entity, message) => void sent.push({ entity, message })
  await expect(openLetters(slow, resend).letters.redrive(key)).rejects.toMatchObject({ status: 409 })
  expect(sent).toHaveLength(1)
  expect((await letters.show(key)).status).toBe('redriven')
})

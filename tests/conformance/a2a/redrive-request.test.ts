import { randomUUID } from 'node:crypto'
import { isValid } from 'ulid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { decodeMessage } from '../../../shared/a2a/bus/decode-message.ts'
import { encodeRequest } from '../../../shared/a2a/bus/encode-message.ts'
import type { BusResponse } from '../../../shared/a2a/bus/bus-response.ts'
import { createCollectResponse } from '../../../shared/a2a/route/collect-response.ts'
import { createPublishSink } from '../../../shared/a2a/route/publish-sink.ts'
import { createRenewRequest } from '../../../shared/a2a/route/renew-request.ts'
import { credentialsContext } from '../../../shared/a2a/route/to-envelope.ts'
import { createTakeClaim } from '../../../shared/a2a/sessions/take-claim.ts'
import type { Session } from '../../../shared/a2a/sessions/session.ts'
import { MessageEnvelope } from '../../../shared/contract/a2a/envelope.ts'
import { createLog } from '../../../shared/kernel/log.ts'
import { type CallsBench, openCalls, taskEvent } from '../../support/open-calls.ts'
import { holdLetter, openLetters } from '../../support/hold-letters.ts'
import { openQuarantine } from '../../support/open-quarantine.ts'
import { testSealing } from '../../support/test-sealing.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

const PAYLOAD = '{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"n":1.0}}'

/** Deployment `b`, whose operator redrives, and `a`, which asked. */
const open = () => {
  const [a, b] = [openCalls(storage.connectionString), openCalls(storage.connectionString)]
  const quarantine = openQuarantine(storage.connectionString)
  const renew = createRenewRequest({ ...testSealing, sessions: b.sessions, clock: b.clock })
  return { a, b, quarantine, ...openLetters(quarantine, undefined, renew) }
}

const envelopeOf = (members: Partial<MessageEnvelope> = {}): MessageEnvelope =>
  MessageEnvelope.parse({
    correlation_id: randomUUID(),
    to_agent: 'echo',
    from_agent: 'proxy',
    from_proxy: 'a',
    to_proxy: 'b',
    timestamp: 1,
    ...members,
  })

const bodyOf = (envelope: MessageEnvelope): Uint8Array =>
  encodeRequest(envelope, PAYLOAD)[0]?.body ?? Buffer.of()

const read = (body: Uint8Array | undefined): BusResponse => {
  const decoded = decodeMessage(body ?? Buffer.of())
  if ('rejection' in decoded) throw new Error(decoded.rejection)
  return decoded
}

test('the request gets a correlation id and a time of its own; all else is as it was, to the digit', async () => {
  const { b, quarantine, letters, sent } = open()
  const sealed = testSealing.seal('Bearer x', credentialsContext('old'))
  const envelope = envelopeOf({ correlation_id: 'old', credentials: sealed, http_path: '/v1/message:send' })
  const key = await holdLetter(quarantine, { body: bodyOf(envelope), messageId: 'm', correlationId: 'old' })
  const letter = await letters.redrive(key)
  const { message } = sent[0] ?? {}
  const renewed = read(message?.body)
  const { correlation_id: id, credentials = '' } = renewed.envelope
  expect(renewed.payload).toBe(PAYLOAD)
  expect(renewed.envelope).toEqual({
    ...envelope,
    correlation_id: id,
    credentials,
    redrive_of: 'old',
    timestamp: b.clock.now(),
  })
  expect(isValid(id)).toBe(true)
  expect(message).toMatchObject({ correlationId: id, messageId: expect.stringMatching(/^redrive-/) })
  expect(letter).toMatchObject({ status: 'redriven', redriven_as: id })
  expect(testSealing.open(credentials, credentialsContext(id))).toBe('Bearer x')
})

test('redriven again by an operator whose first process died, it is the same call', async () => {
  const { quarantine, sent, letters } = open()
  const key = await holdLetter(quarantine, { body: bodyOf(envelopeOf()) })
  await letters.redrive(key)
  const found = await quarantine.read(key)
  if (found === undefined) throw new Error('The letter is gone.')
  await quarantine.update({ ...found.value, status: 'redriving' }, found.version)
  await letters.redrive(key)
  const [first, second] = sent.map(({ message }) => read(message.body).envelope.correlation_id)
  expect(second).toBe(first)
})

test.for([
  ['completed', {}, /answered/],
  ['paused', {}, /answered/],
  ['active', { leaseUntil: Number.MAX_SAFE_INTEGER }, /worked on/],
] as const)('refused while its call is %s, and kept', async ([state, members, reason]) => {
  const { b, quarantine, letters, sent } = open()
  const { correlationId } = await b.begin({ state, ...members })
  for (const envelope of [
    envelopeOf({ correlation_id: correlationId }),
    envelopeOf({ redrive_of: correlationId }),
  ]) {
    const key = await holdLetter(quarantine, { body: bodyOf(envelope) })
    await expect(letters.redrive(key)).rejects.toMatchObject({
      status: 409,
      message: expect.stringMatching(reason),
    })
    expect(await letters.show(key)).toMatchObject({ status: 'held' })
  }
  expect(sent).toEqual([])
})

test('a call that failed, or whose maker died, is made again', async () => {
  const { b, quarantine, letters, sent } = open()
  for (const members of [{ state: 'failed' }, { leaseUntil: 1 }] as const) {
    const { correlationId } = await b.begin(members)
    await letters.redrive(
      await holdLetter(quarantine, { body: bodyOf(envelopeOf({ correlation_id: correlationId })) }),
    )
  }
  expect(sent).toHaveLength(2)
})

test('a reminder, and what is no envelope, stay as they are', async () => {
  const { quarantine, letters, sent } = open()
  const bodies = [bodyOf(envelopeOf({ guard: true })), Buffer.from('a part of a larger one')]
  for (const body of bodies) await letters.redrive(await holdLetter(quarantine, { body, correlationId: 'c' }))
  expect(sent.map(({ message }) => Buffer.from(message.body).toString())).toEqual(
    bodies.map((body) => Buffer.from(body).toString()),
  )
  expect(sent.map(({ message }) => message.correlationId)).toEqual(['c', 'c'])
})

/** Deployment `b` takes the claim of a request and answers it with a task; the answers. */
const answer = async (b: CallsBench, envelope: MessageEnvelope): Promise<BusResponse[]> => {
  const take = createTakeClaim({
    sessions: b.sessions,
    clock: b.clock,
    proxyId: 'b',
    holder: 'h',
    leaseMs: 1000,
  })
  const taken = await take(envelope, undefined)
  if (taken === undefined) throw new Error('The claim was taken.')
  const answers: BusResponse[] = []
  const publisher = {
    publishRequest: async () => undefined,
    publishResponses: async (said: readonly BusResponse[]) => void answers.push(...said),
  }
  const sink = createPublishSink({ publisher, clock: b.clock, proxyId: 'b' })
  await sink.write(taken.session, [taskEvent(`task-${randomUUID()}`, 'TASK_STATE_COMPLETED')], {
    epoch: 1,
    sequence: 0,
  })
  return answers
}

const collect = async (a: CallsBench, answers: readonly BusResponse[]): Promise<string[]> => {
  const lines: string[] = []
  const log = createLog({ level: 'warn', clock: a.clock, write: (line) => lines.push(line) })
  const receiveNotification = async (): Promise<void> => undefined
  const collectResponse = createCollectResponse({ ...a, receiveNotification, log })
  for (const response of answers) await collectResponse(response)
  return lines
}

const redrive = async ({ correlationId }: Pick<Session, 'correlationId'>, bench: ReturnType<typeof open>) => {
  const body = bodyOf(envelopeOf({ correlation_id: correlationId }))
  await bench.letters.redrive(await holdLetter(bench.quarantine, { body }))
  return read(bench.sent.at(-1)?.message.body).envelope
}

test('the deployment that asked takes the answers, for the subject that asked first', async () => {
  const bench = open()
  const { a, b } = bench
  const session = await a.begin({ subject: 'ann', state: 'failed' })
  const envelope = await redrive(session, bench)
  expect(await collect(a, await answer(b, envelope))).toEqual([])
  const opened = await a.sessions.get(envelope.correlation_id)
  expect(opened?.session).toMatchObject({ subject: 'ann', agentId: 'echo', state: 'completed' })
  const log = (await a.store.read(envelope.correlation_id))?.value
  expect(log).toMatchObject({ outcome: 'final' })
})

test.for([
  ['that was answered meanwhile', { state: 'completed' }],
  ['to another deployment', { toProxy: 'c' }],
  ['to another agent', { agentId: 'other' }],
] as const)('answers to a request %s are dropped', async ([, members]) => {
  const bench = open()
  const { a, b } = bench
  const envelope = await redrive(await a.begin(members), bench)
  expect(await collect(a, await answer(b, envelope))).toHaveLength(1)
  expect(await a.sessions.get(envelope.correlation_id)).toBeUndefined()
  expect(await a.store.read(envelope.correlation_id)).toBeUndefined()
})

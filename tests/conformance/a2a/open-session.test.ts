import { ulid } from 'ulid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { A2aRequest } from '../../../shared/a2a/a2a-request.ts'
import { createOpenSession, type OpenedSession } from '../../../shared/a2a/route/open-session.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { createIdempotencyStore } from '../../../shared/azure/tables/idempotency-store.ts'
import { createMortal } from '../../support/create-mortal.ts'
import { testAgent } from '../../fixtures/test-agent.ts'
import { LEASE_MS, openCalls, SESSION_MS } from '../../support/open-calls.ts'
import { dies, type Fate, immortal } from '../../support/open-relay.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

type Sent = Partial<Pick<A2aRequest, 'subject' | 'agentId' | 'params'>>

/** Clients that send with the same key to a gateway, whose processes may die. */
const open = () => {
  const { clock, sessions } = openCalls(storage.connectionString)
  const table = connectTable({ connectionString: storage.connectionString }, `keys${ulid().toLowerCase()}`)
  const idempotency = createIdempotencyStore({ table, clock, ttlMs: SESSION_MS })
  const send = (
    { agentId = 'echo', ...members }: Sent = {},
    { wrap }: Fate = immortal,
  ): Promise<OpenedSession> => {
    const openSession = createOpenSession({
      sessions: wrap(sessions),
      idempotency: wrap(idempotency),
      expectStream: () => undefined,
      clock,
      createId: ulid,
      proxyId: 'here',
      holder: ulid(),
      leaseMs: LEASE_MS,
    })
    const request: A2aRequest = {
      agentId,
      operation: 'send',
      dialect: { version: '1.0', binding: 'jsonrpc' },
      params: '{}',
      httpPath: '',
      subject: 'ann',
      headers: {},
      signal: new AbortController().signal,
      waitUntil: () => undefined,
      ...members,
    }
    return openSession(request, testAgent(agentId), { idempotencyKey: 'k' })
  }
  return { send, clock, sessions, idempotency }
}

const callOf = ({ found }: OpenedSession): string => found.session.correlationId

test('many at once with the same key: one makes the call, the others follow it', async () => {
  const { send } = open()
  const opened = await Promise.all(Array.from({ length: 8 }, () => send()))
  expect(opened.filter(({ known }) => !known)).toHaveLength(1)
  expect(new Set(opened.map(callOf)).size).toBe(1)
})

test('another body under the key is refused, and the first call stays', async () => {
  const { send } = open()
  const first = await send()
  await expect(send({ params: '{"other":1}' })).rejects.toMatchObject({
    value: { reason: 'IDEMPOTENCY_CONFLICT' },
  })
  expect(callOf(await send())).toBe(callOf(first))
})

test('a key is that of one subject and one agent', async () => {
  const { send } = open()
  const opened = [await send(), await send({ subject: 'bob' }), await send({ agentId: 'other' })]
  expect(opened.map(({ known }) => known)).toEqual([false, false, false])
  expect(new Set(opened.map(callOf)).size).toBe(3)
})

test('whoever died after any of its steps: the repeated request is the same call, made by one', async () => {
  let died = true
  for (let step = 1; died; step++) {
    const { send, sessions } = open()
    died = await dies(send({}, createMortal(step)))
    const again = [await send(), await send()]
    const begun = again.filter(({ known }) => !known)
    // Who died before it had the call could not begin it.
    expect(begun).toHaveLength(step === 1 ? 1 : 0)
    expect(new Set(again.map(callOf)).size).toBe(1)
    expect(await sessions.exists(callOf(again[0] ?? (await send())))).toBe(true)
    expect(died || step > 2).toBe(true)
  }
})

test('the session of a key lives longer than the key', async () => {
  const { send, clock, sessions, idempotency } = open()
  const first = await send()
  clock.advance(SESSION_MS)
  await sessions.sweep(clock.now(), async () => undefined)
  expect(await send()).toMatchObject({ known: true })
  clock.advance(1000)
  await idempotency.sweep(clock.now())
  const later = await send()
  expect([later.known, callOf(later) === callOf(first)]).toEqual([false, false])
})

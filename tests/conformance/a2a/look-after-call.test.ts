import type { Session } from '../../../shared/a2a/sessions/session.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { decodeLogEvent } from '../../../shared/a2a/log/log-event.ts'
import { createAskedCalls } from '../../../shared/a2a/route/asked-calls.ts'
import { createTellLife } from '../../../shared/a2a/route/tell-life.ts'
import type { BusResponse } from '../../../shared/a2a/bus/bus-response.ts'
import type { WatchItem } from '../../../shared/streams/watch.ts'
import { IDLE_MS, openCalls, SESSION_MS, taskEvent } from '../../support/open-calls.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

const HOUR_MS = 3_600_000
const open = () => openCalls(storage.connectionString)

/** The reasons of the failures that a viewer was shown. */
const failures = (items: readonly WatchItem[]): unknown[] =>
  items
    .flatMap((item) => (item.kind === 'events' ? item.events : []))
    .map(({ body }) => decodeLogEvent(body))
    .flatMap((entry) => (entry?.kind === 'failure' ? [entry.error.reason] : []))

describe('a call that another deployment makes', () => {
  test('never answered: who watches it is told after the idle time, and not before', async () => {
    const { begin, read, watchToEnd } = open()
    const session = await begin()
    expect(failures(await watchToEnd(session.correlationId, IDLE_MS - 20_000))).toEqual([])
    expect(await read(session)).toMatchObject({ state: 'active' })
    const items = await watchToEnd(session.correlationId, 2 * IDLE_MS)
    expect(failures(items)).toEqual(['OUTCOME_UNKNOWN'])
    expect(items.at(-1)).toMatchObject({ kind: 'closed', outcome: 'error' })
    expect(await read(session)).toMatchObject({ state: 'failed', epoch: 2 })
  })

  test('broken off: its log ends, whoever comes later reads so at once', async () => {
    const { begin, read, say, watchToEnd } = open()
    const session = await begin()
    await say(session, 0, taskEvent('t-1'))
    expect(failures(await watchToEnd(session.correlationId, 2 * IDLE_MS))).toEqual(['AGENT_FAILED'])
    expect(await read(session)).toMatchObject({ state: 'failed' })
    expect(failures(await watchToEnd(session.correlationId, 10_000))).toEqual(['AGENT_FAILED'])
  })

  test('of an agent that is silent for long: signs of life keep it going', async () => {
    const { begin, clock, read, sessions, watchToEnd } = open()
    const session = await begin()
    const sent: BusResponse[] = []
    const publisher = { publishResponses: async (said: readonly BusResponse[]) => void sent.push(...said) }
    const there = createTellLife({ publisher, clock, proxyId: 'b', everyMs: 100_000 })
    const asked = createAskedCalls({ sessions, clock, adopt: async () => undefined })
    for (let minute = 0; minute < 12; minute++) {
      clock.advance(60_000)
      await there(session)
      for (const { envelope } of sent.splice(0)) {
        expect(envelope).toMatchObject({ alive: true, from_proxy: 'b', to_proxy: 'a' })
        const found = await asked.find(envelope)
        if (found !== undefined) await asked.note(found, 'active')
      }
      expect(failures(await watchToEnd(session.correlationId, 10_000))).toEqual([])
    }
    expect(await read(session)).toMatchObject({ state: 'active' })
  })

  test.for(['paused', 'completed'] as const)('%s: nothing is late', async (state) => {
    const { begin, clock, lookAfter, read, store } = open()
    const session = await begin({ state })
    clock.advance(HOUR_MS)
    await lookAfter(session.correlationId)
    expect(await read(session)).toEqual(session)
    expect(await store.read(session.correlationId)).toBeUndefined()
  })

  test('answered, by a process that died before it could note so: the log stays as it is', async () => {
    const { begin, clock, lookAfter, read, say, store } = open()
    const session = await begin()
    await say(session, 0, taskEvent('t-2', 'TASK_STATE_COMPLETED'))
    clock.advance(HOUR_MS)
    await lookAfter(session.correlationId)
    expect(await read(session)).toMatchObject({ state: 'completed' })
    expect((await store.read(session.correlationId))?.value).toMatchObject({ outcome: 'final', next: 2 })
  })

  test('looked after by many at once: one failure', async () => {
    const { begin, clock, lookAfter, store } = open()
    const session = await begin()
    clock.advance(HOUR_MS)
    await Promise.all(Array.from({ length: 5 }, () => lookAfter(session.correlationId)))
    expect((await store.read(session.correlationId))?.value).toMatchObject({ outcome: 'error', next: 1 })
  })
})

describe('a call that is made here', () => {
  const here = { toProxy: 'a', holder: 'somebody' }

  test('is left alone while its lease is renewed, however silent its agent is', async () => {
    const { begin, clock, guarded, watchToEnd } = open()
    const session = await begin({ ...here, leaseUntil: clock.now() + 10 * HOUR_MS })
    expect(failures(await watchToEnd(session.correlationId, 2 * IDLE_MS))).toEqual([])
    expect(guarded).toEqual([])
  })

  test('is handed to somebody else when its maker died, also for viewers of the task that it goes on with', async () => {
    const { begin, clock, guarded, read, watchToEnd } = open()
    const next = await begin({ ...here, leaseUntil: clock.now() })
    const first = await begin({ ...here, state: 'paused', continuedBy: next.correlationId })
    await watchToEnd(first.correlationId, 10_000)
    expect(guarded).toEqual([next])
    expect(await read(next)).toEqual(next)
  })
})

describe('a sweep of sessions', () => {
  test('deletes what is over, in rounds, and ends the logs of calls that never ended', async () => {
    const { abandon, begin, clock, read, sessions, store } = open()
    const endActive = async (session: Session): Promise<void> => {
      if (session.state === 'active') await abandon(session)
    }
    const active = await begin()
    const answered = await begin({ state: 'completed' })
    const foreign = await begin({ correlationId: 'made elsewhere', state: 'failed' })
    clock.advance(HOUR_MS)
    const young = await begin()
    clock.advance(SESSION_MS - HOUR_MS)
    expect(await sessions.sweep(clock.now(), endActive)).toBe(true)
    expect(await read(active)).toEqual(active)
    clock.advance(1000)
    expect(await sessions.sweep(clock.now(), endActive)).toBe(true)
    expect(await read(foreign)).toBeUndefined()
    clock.advance(HOUR_MS - 1000)
    expect(await sessions.sweep(clock.now(), endActive)).toBe(true)
    expect([await read(active), await read(answered)]).toEqual([undefined, undefined])
    expect(await read(young)).toEqual(young)
    expect((await store.read(active.correlationId))?.value).toMatchObject({ outcome: 'error' })
    expect(await store.read(answered.correlationId)).toBeUndefined()
  })
})

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createMortal } from '../../support/create-mortal.ts'
import { createSleeper } from '../../support/create-sleeper.ts'
import { LEASE_MS } from '../../support/open-calls.ts'
import { openLocalCall } from '../../support/open-local-call.ts'
import {
  dies,
  type Fate,
  immortal,
  openRelay,
  type Outcome,
  readOutcome,
  type Relay,
  TTL_MS,
} from '../../support/open-relay.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

const open = (): Promise<Relay> => openRelay(storage.connectionString)
const WHOLE = 'one two three'
/** More messages than any course of events needs: then they go round in circles. */
const MAX_MESSAGES = 40

const letTimePass = ({ a, b }: Relay, ms = LEASE_MS): void => {
  for (const { clock } of [a, b]) clock.advance(ms + 1)
}

/** Has the bus deliver everything: what a process dies of comes again, and reminders when it is time for them. */
const deliverAll = async (
  relay: Relay,
  fates: { hosts?: Fate[]; collectors?: Fate[]; copies?: number } = {},
): Promise<void> => {
  const { hosts = [], collectors = [], copies = 1 } = fates
  const { requests, responses } = relay
  let collect = relay.collector(collectors.shift() ?? immortal)
  for (let messages = 0; requests.length + responses.length > 0; messages++) {
    expect(messages).toBeLessThan(MAX_MESSAGES)
    const [response] = responses
    const [request] = requests
    if (response !== undefined) {
      const copied = Array.from({ length: copies }, () => collect(response))
      const died = await Promise.all(copied.map(dies))
      if (died.includes(true)) collect = relay.collector(collectors.shift() ?? immortal)
      else responses.shift()
    } else if (request !== undefined) {
      const fate = hosts.shift() ?? immortal
      const died = await Promise.all(Array.from({ length: copies }, () => dies(relay.host(request, fate))))
      if (!died.includes(true)) requests.shift()
      letTimePass(relay)
    }
  }
}

/** At most one call; all that was said, once; or that nobody knows. */
const check = ({ outcome, texts, reason }: Outcome, { sends }: { sends: number }): void => {
  expect(sends).toBeLessThanOrEqual(1)
  if (outcome === 'error') return expect(reason).toBe('OUTCOME_UNKNOWN')
  expect({ outcome, texts, sends }).toEqual({ outcome: 'final', texts: WHOLE, sends: 1 })
}

const checkOutcome = async (relay: Relay): Promise<void> => check(await relay.outcome(), relay.agent)

test('the hosting process dies after any of its steps: one call, and its outcome is told', async () => {
  const told = new Set<string | undefined>()
  let died = true
  for (let step = 1; died; step++) {
    const relay = await open()
    const [request] = relay.requests
    if (request === undefined) throw new Error('Nobody has asked.')
    died = await dies(relay.host(request, createMortal(step)))
    if (died) letTimePass(relay)
    else relay.requests.shift()
    await deliverAll(relay)
    await checkOutcome(relay)
    told.add((await relay.outcome()).outcome)
    expect(died || step > 8).toBe(true)
  }
  expect(told).toEqual(new Set(['error', 'final']))
})

test('it is delivered to another process while the first one still works: who comes too late changes nothing', async () => {
  let slept = true
  for (let step = 1; slept; step++) {
    const relay = await open()
    const [request] = relay.requests
    if (request === undefined) throw new Error('Nobody has asked.')
    const sleeper = createSleeper(step)
    const first = relay.host(request, sleeper)
    slept = await Promise.race([sleeper.asleep.then(() => true), first.then(() => false)])
    letTimePass(relay)
    await deliverAll(relay)
    sleeper.wake()
    await first
    await deliverAll(relay)
    await checkOutcome(relay)
    expect(slept || step > 8).toBe(true)
  }
})

test('what a maker that was taken for dead says late is dropped by every process, also by one that heard it before', async () => {
  const relay = await open()
  const [request] = relay.requests
  if (request === undefined) throw new Error('Nobody has asked.')
  // The claim, the agent, the call, its first word; that word and its name are handed on; the next word is heard.
  const sleeper = createSleeper(8)
  const first = relay.host(request, sleeper)
  await sleeper.asleep
  const collect = relay.collector(immortal)
  expect(relay.responses.length).toBeGreaterThan(0)
  for (const response of relay.responses.splice(0)) await collect(response)
  letTimePass(relay)
  await relay.host(request, immortal)
  for (const reminder of relay.requests.splice(1)) await relay.host(reminder, immortal)
  const takeover = relay.responses.splice(0)
  const [snapshot, ...rest] = takeover
  if (snapshot === undefined) throw new Error('Nobody has taken over.')
  await relay.collector(immortal)(snapshot)
  sleeper.wake()
  await first
  expect(relay.responses.map(({ envelope }) => envelope.epoch)).toContain(1)
  for (const late of relay.responses.splice(0)) await collect(late)
  for (const response of rest) await collect(response)
  expect(await relay.outcome()).toMatchObject({ outcome: 'final', texts: WHOLE })
  const entries = await relay.a.readEntries(relay.session.correlationId)
  const events = entries.filter(({ kind }) => kind === 'event')
  expect(JSON.stringify(events).match(/two /g)).toHaveLength(1)
})

test('the process that collects dies after any of its steps, and everything comes twice: each word once', async () => {
  for (let step = 1; step <= 12; step++) {
    const relay = await open()
    await deliverAll(relay, { collectors: [createMortal(step), createMortal(step)], copies: 2 })
    expect(await relay.outcome(), `died after step ${step}`).toMatchObject({ outcome: 'final', texts: WHOLE })
    expect(relay.agent.sends).toBe(1)
  }
})

test('whoever dies, whenever and however often', async () => {
  const lives = fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 4 })
  const course = fc.record({ hosts: lives, collectors: lives, copies: fc.integer({ min: 1, max: 2 }) })
  await fc.assert(
    fc.asyncProperty(course, async ({ hosts, collectors, copies }) => {
      const relay = await open()
      const fates = { hosts: hosts.map(createMortal), collectors: collectors.map(createMortal), copies }
      await deliverAll(relay, fates)
      await checkOutcome(relay)
    }),
    { numRuns: 60 },
  )
})

test('hosted here, and whoever makes the call dies, whenever: whoever follows it has it gone on with', async () => {
  const lives = fc.tuple(...[9, 7, 5].map((max) => fc.integer({ min: 1, max })))
  const told = new Set<string | undefined>()
  await fc.assert(
    fc.asyncProperty(lives, async ([first = 1, ...others]) => {
      const { a, agent, session, make, remind } = await openLocalCall(storage.connectionString)
      await dies(make(createMortal(first)))
      for (const life of [...others.map(createMortal), immortal]) {
        a.clock.advance(LEASE_MS + 1)
        await a.lookAfter(session.correlationId)
        for (const reminder of a.guarded.splice(0)) await dies(remind(reminder, life))
      }
      const outcome = await readOutcome(a, session)
      check(outcome, agent)
      told.add(outcome.outcome)
    }),
    { numRuns: 40, examples: [[[1, 1, 1]], [[30, 1, 1]]] },
  )
  expect(told).toEqual(new Set(['error', 'final']))
})

test('what comes too late is refused: the agent is not called', async () => {
  const relay = await open()
  letTimePass(relay, TTL_MS)
  await deliverAll(relay)
  expect(await relay.outcome()).toMatchObject({ outcome: 'error', reason: 'TIMEOUT' })
  expect(relay.agent.sends).toBe(0)
})

test.for([
  ['from another deployment than was asked', { from_proxy: 'c' }],
  ['of another agent', { to_agent: 'other' }],
  ['to a call that nobody has made', { correlation_id: 'nobody' }],
  ['of an older attempt', { epoch: 0 }],
] as const)('what is said %s changes nothing', async ([, members]) => {
  const relay = await open()
  const [request] = relay.requests
  if (request === undefined) throw new Error('Nobody has asked.')
  await relay.host(request, immortal)
  const forged = relay.responses.map((response) => ({
    ...response,
    envelope: { ...response.envelope, ...members },
  }))
  const collect = relay.collector(immortal)
  for (const response of forged) await collect(response)
  expect(await relay.a.readEntries(relay.session.correlationId)).toEqual([])
  expect(await relay.a.store.read('nobody')).toBeUndefined()
  await deliverAll(relay)
  expect(await relay.outcome()).toMatchObject({ outcome: 'final', texts: WHOLE })
})

import fc from 'fast-check'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { Bell } from '../../../shared/contract/bell.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { createCrashingWriters, FATES } from '../../support/crashing-writers.ts'
import { openStreams } from '../../support/open-streams.ts'
import { openWatch, whileTimePasses } from '../../support/open-watch.ts'
import { type Published, range } from '../../support/publish.ts'
import { viewStream, type Viewer } from '../../support/view-stream.ts'

const TIME_LIMIT_MS = 8000
let storage: RunningStorage
let store: StreamStateStore

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterAll(() => storage.stop())

const AGENTS = [0, 1, 2]

const Step = fc.record({
  /** Whose next events are delivered at the same time, each by a writer of its own. */
  agents: fc.subarray(AGENTS, { minLength: 1 }),
  writer: fc.nat({ max: 2 }),
  /** How many events an agent has at hand: several go in one transaction. */
  takes: fc.integer({ min: 1, max: 3 }),
  fates: fc.array(fc.constantFrom(...FATES), { minLength: 3, maxLength: 3 }),
  /** What was delivered before comes once more. */
  again: fc.option(fc.nat({ max: 20 })),
  /** A viewer joins, from here on. */
  joins: fc.option(fc.nat({ max: 6 })),
  passes: fc.nat({ max: 3000 }),
})

const Story = fc.record({
  events: fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.nat({ max: 5 })),
  /** Where each agent begins to count. */
  bases: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })),
  closer: fc.option(fc.tuple(fc.constantFrom(...AGENTS), fc.nat({ max: 4 }))),
  steps: fc.array(Step, { minLength: 3, maxLength: 8 }),
  bells: fc.array(fc.constantFrom('arrives', 'lost', 'twice', 'late'), { minLength: 1, maxLength: 12 }),
})
type Story = typeof Story extends fc.Arbitrary<infer Told> ? Told : never

type Joined = { from: number; viewer: Viewer }

/** Bells that are lost, come twice or come late, as the story tells. */
const openUnreliable = (story: Story) => {
  const late: Bell[] = []
  let rings = 0
  const bench = openWatch(store, {
    lose: (bell) => {
      const fate = story.bells[rings++ % story.bells.length]
      if (fate === 'twice') bench.bell.deliver(bell)
      if (fate === 'late') late.push(bell)
      return fate === 'lost' || fate === 'late'
    },
  })
  const deliverLate = (): void => {
    for (const bell of late.splice(0).toReversed()) bench.bell.deliver(bell)
  }
  return { ...bench, deliverLate }
}

const tell = async (story: Story): Promise<{ stream: string; viewers: Joined[]; sent: string[] }> => {
  const { bell, clock, watchers, deliverLate } = openUnreliable(story)
  const writers = createCrashingWriters({ store, bell, clock, count: 3 })
  const stream = randomUUID()
  const viewers: Joined[] = []
  const join = (from: number): void => void viewers.push({ from, viewer: viewStream(watchers, stream, from) })
  const sent: Published[][] = []
  const left = AGENTS.map((agent) =>
    range(0, story.events[agent] ?? 0).map((nth): Published => {
      const index = nth + (story.bases[agent] ?? 0)
      const closes = story.closer?.[0] === agent && story.closer[1] === nth
      const event = { agent: `agent-${agent}`, index, body: JSON.stringify({ agent, index }) }
      return closes ? { ...event, closes: 'final' } : event
    }),
  )

  for (const { agents, writer, takes, fates, again, joins, passes } of story.steps) {
    if (joins !== null) join(joins)
    await Promise.all(
      agents.map(async (agent) => {
        const events = left[agent]?.splice(0, takes) ?? []
        if (events.length === 0) return
        await writers.deliver(stream, events, { writer: writer + agent, fate: fates[agent] ?? 'none' })
        sent.push(events)
      }),
    )
    const repeated = again === null ? undefined : sent[again % Math.max(1, sent.length)]
    if (repeated !== undefined) await writers.deliver(stream, repeated, { writer, fate: 'none' })
    clock.advance(passes)
    deliverLate()
  }
  for (const event of left.flat()) {
    await writers.deliver(stream, [event], { writer: 0, fate: 'none' })
    sent.push([event])
  }
  const last: Published = { agent: 'last', index: 0, body: '"last"', closes: 'final' }
  await writers.deliver(stream, [last], { writer: 1, fate: 'none' })
  join(0)
  await whileTimePasses(clock, Promise.all(viewers.map(({ viewer }) => viewer.done)))
  expect([watchers.count().viewers, bell.listening(), clock.sleeping()]).toEqual([0, 0, 0])
  return { stream, viewers, sent: [...sent.flat(), last].map(({ body = '' }) => body) }
}

test('any interleaving, repetition and crash of appends gives every reader every event once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(Story, async (story) => {
      const { stream, viewers, sent } = await tell(story)
      const state = (await store.read(stream))?.value
      const events = await store.readEvents(stream, 0, 100)
      const bodies = events.map(({ body }) => body)

      // Stored: each event once, those of one agent in its order, in a dense row of places.
      expect(bodies.toSorted()).toEqual(sent.toSorted())
      expect(events.map(({ seq }) => seq)).toEqual(range(0, sent.length))
      for (const agent of AGENTS) {
        const own = bodies.filter((body) => body.startsWith(`{"agent":${agent},`))
        expect(own).toEqual(sent.filter((body) => own.includes(body)))
      }

      // Seen: all from where one joined to the event that closed the stream, and nothing after it.
      const end = state?.end ?? 0
      expect(state).toMatchObject({ status: 'closed', outcome: 'final', next: sent.length })
      expect(events.map(({ late }) => late)).toEqual(range(0, sent.length).map((seq) => seq >= end))
      for (const { from, viewer } of viewers) {
        expect(viewer.seen).toEqual({
          seqs: range(from, end),
          bodies: bodies.slice(Math.min(from, end), end),
          ending: { kind: 'closed', end, outcome: 'final' },
        })
      }
    }),
    { numRuns: 25, interruptAfterTimeLimit: TIME_LIMIT_MS },
  )
})

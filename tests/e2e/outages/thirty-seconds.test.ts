import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { listDeadLetters } from '../support/dead-letters.ts'
import { publishSteadily } from '../support/publish-steadily.ts'
import { createAgent } from '../support/publish.ts'
import { upTo } from '../support/up-to.ts'
import { useCloud } from '../support/use-cloud.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

const TASKS = 8
/** The length of the outage, in real time: the app's own patience is what is proved. */
const OUTAGE_MS = 30_000

const cloud = useCloud({ layout: 'single' })

test('no table or blob answers for 30 s while agents talk: no dead letter, everything in order', async () => {
  const streams = upTo(TASKS).map(() => {
    const task = randomUUID()
    return { task, agent: createAgent(cloud(), { task }), viewer: watchTask(cloud(), task) }
  })
  for (const { agent } of streams) await agent.say({})
  for (const { viewer } of streams) await viewer.seen(1)

  const { storage } = cloud().controls
  for (const operation of ['table', 'blob']) await storage.fault({ operation, action: 'drop' })
  const talks = streams.map(({ agent }) => publishSteadily(agent))
  await delay(OUTAGE_MS)
  const published = await Promise.all(talks.map((talk) => talk.stop()))
  for (const { viewer } of streams) expect(viewer.events.length).toBe(1)
  await storage.clear()

  await Promise.all(
    streams.map(async ({ task, agent, viewer }, index) => {
      const count = 1 + (published[index] ?? 0) + 1
      await agent.finish()
      expect(seqs(await viewer.over)).toEqual(upTo(count))
      expect(viewer.events.map(({ event_index }) => event_index)).toEqual(upTo(count))
      expect(await listDeadLetters(cloud(), { task_id: task })).toEqual([])
    }),
  )
}, 120_000)

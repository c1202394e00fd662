import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { listDeadLetters } from '../support/dead-letters.ts'
import { hearBells, negotiate } from '../support/hear-bells.ts'
import { createAgent } from '../support/publish.ts'
import { readPage } from '../support/read-page.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

/** Longer than the locks of the topology last. */
const LOCK_OVER_MS = 61_000

/** Kills the whole functions host while nothing can be settled, and lets the broker give up its locks. */
const killHostBeforeSettling = async (cloud: TestCloud, publish: () => Promise<void>): Promise<void> => {
  await cloud.controls.host.fault({ operation: 'settle', target: 'events_ingest', action: 'hold' })
  await publish()
  const pid = cloud.app.pid()
  if (pid === undefined) throw new Error('The functions host does not run.')
  process.kill(pid, 'SIGKILL')
  await until('the functions host runs again', () => {
    const now = cloud.app.pid()
    return now !== undefined && now !== pid
  })
  await cloud.controls.serviceBus.advance(LOCK_OVER_MS)
}

/** The lines of ingest at which a process can die. */
export const testKills = (cloud: () => TestCloud): void => {
  test('killed before the append: the event is stored and seen once', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await viewer.seen(1)
    const { fault, pending } = cloud().controls.storage
    const release = await fault({ operation: 'table', target: 'streams', action: 'hold', count: 1 })
    await agent.say()
    await until('the append is held', async () => (await pending()) === 0)
    await cloud().kill('events_ingest')
    await release()
    await agent.finish()
    expect(seqs(await viewer.over)).toEqual([0, 1, 2])
  })

  test('killed between append and announcement: the event is announced all the same, and seen once', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const { bells } = await hearBells((await negotiate(cloud(), task)).url)
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await viewer.seen(1)
    const { fault, pending } = cloud().controls.storage
    const release = await fault({ operation: 'table.answer', target: 'streams', action: 'hold', count: 1 })
    await agent.say()
    await until('the answer to the append is held', async () => (await pending()) === 0)
    await until('the event is stored', async () => (await readPage(cloud(), task)).next === 2)
    expect(bells).toHaveLength(1)
    await cloud().kill('events_ingest')
    await release()
    await until('it is announced', () => bells.length === 2)
    expect(bells).toMatchObject([{ from: 0 }, { from: 1 }])
    await agent.finish()
    expect(seqs(await viewer.over)).toEqual([0, 1, 2])
  })

  test('the answer to an append is lost: the event is stored and seen once', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await viewer.seen(1)
    await cloud().controls.storage.fault({
      operation: 'table.answer',
      target: 'streams',
      action: 'drop',
      count: 1,
    })
    await agent.say()
    await agent.finish()
    expect(seqs(await viewer.over)).toEqual([0, 1, 2])
  })

  test('killed between announcement and settlement, or quarantine and settlement: one event, one dead letter', async () => {
    const task = randomUUID()
    const broken = randomUUID()
    const viewer = watchTask(cloud(), task)
    const { bells } = await hearBells((await negotiate(cloud(), task)).url)
    const agent = createAgent(cloud(), { task })
    const careless = createAgent(cloud(), { task: broken })
    await killHostBeforeSettling(cloud(), async () => {
      await agent.say()
      await careless.sendRaw(Buffer.from('{"no": JSON}'))
      await viewer.seen(1)
      await until('the message is in quarantine', async () => {
        const letters = await listDeadLetters(cloud(), { reason: 'invalid_json' })
        return letters.some(({ session_id }) => session_id === broken)
      })
    })
    await until('the event is announced again', () => bells.length === 2)
    expect(bells[1]).toEqual(bells[0])
    await agent.finish()
    expect(seqs(await viewer.over)).toEqual([0, 1])

    const after = watchTask(cloud(), broken)
    await careless.finish()
    expect(seqs(await after.over)).toEqual([0])
    const letters = await listDeadLetters(cloud(), { reason: 'invalid_json' })
    expect(letters.filter(({ session_id }) => session_id === broken)).toHaveLength(1)
  })
}

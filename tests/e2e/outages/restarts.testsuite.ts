import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SupervisedService } from '../../../local/cloud/supervise.ts'
import { listDeadLetters } from '../support/dead-letters.ts'
import { publishSteadily } from '../support/publish-steadily.ts'
import { createAgent } from '../support/publish.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { readEvents, seqs, watchTask } from '../support/watch-task.ts'

/** Longer than the locks of the topology last. */
const LOCK_OVER_MS = 61_000

/** Kills a program; its supervisor starts it again. */
const killProgram = async (service: SupervisedService | undefined): Promise<void> => {
  const pid = service?.pid()
  if (service === undefined || pid === undefined) throw new Error('There is no such program.')
  process.kill(pid, 'SIGKILL')
  await until(`${service.name} runs again`, () => ![undefined, pid].includes(service.pid()))
}

/** Every process but the storage (see storage.testsuite.ts), each in the middle of a stream. */
export const testRestarts = (cloud: () => TestCloud): void => {
  test('every process is killed once during a stream: each viewer sees every event once, in order', async () => {
    const task = randomUUID()
    const viewers = upTo(3).map(() => watchTask(cloud(), task))
    const agent = createAgent(cloud(), { task })
    const talk = publishSteadily(agent)
    const kills: Record<string, () => Promise<void>> = {
      'Web PubSub': () => killProgram(cloud().webPubSub),
      'the process of ingest': () => cloud().kill('events_ingest'),
      'a process of viewers': () => cloud().kill('events_stream'),
      'Service Bus': () => killProgram(cloud().serviceBus),
      'the functions host': async () => {
        await killProgram(cloud().app)
        await cloud().controls.serviceBus.advance(LOCK_OVER_MS)
      },
    }
    for (const [name, kill] of Object.entries(kills)) {
      const seen = Math.max(...viewers.map(({ events }) => events.length))
      await kill()
      await Promise.all(viewers.map((viewer) => viewer.seen(seen + 10)))
      expect(seqs(viewers[0]?.events ?? []), `after a kill of ${name}`).toEqual(
        upTo(viewers[0]?.events.length ?? 0),
      )
    }
    const published = await talk.stop()
    await agent.finish()
    for (const viewer of viewers) expect(seqs(await viewer.over)).toEqual(upTo(published + 1))
    const stored = await readEvents(cloud(), task)
    expect(stored.map(({ event_index }) => event_index)).toEqual(upTo(published + 1))
    for (const viewer of viewers) expect(viewer.events).toEqual(stored)
    expect(await listDeadLetters(cloud(), { task_id: task })).toEqual([])
  })
}

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { hearBells, negotiate } from '../support/hear-bells.ts'
import { createAgent } from '../support/publish.ts'
import { readHealth } from '../support/read-health.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

const HEALTHY = { asb: 'connected', storage: 'connected', web_pubsub: 'connected' }

const untilHealthy = async (cloud: TestCloud): Promise<void> => {
  await until('the gateway is healthy', async () => (await readHealth(cloud)).status === 'healthy')
}

/** A service that is gone for some events. */
export const testAbsence = (cloud: () => TestCloud): void => {
  test('without Web PubSub a stream goes on by polling, and the gateway is only degraded', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await viewer.seen(1)
    await cloud().webPubSub.stop('SIGKILL')
    for (const _ of upTo(5)) await agent.say()
    await viewer.seen(6)
    const health = await until('the gateway is degraded', async () => {
      const read = await readHealth(cloud())
      return read.status === 'degraded' && read
    })
    expect(health).toMatchObject({ http: 200, connections: { ...HEALTHY, web_pubsub: 'disconnected' } })

    const late = randomUUID()
    const lateViewer = watchTask(cloud(), late)
    await createAgent(cloud(), { task: late }).finish()
    expect(seqs(await lateViewer.over)).toEqual([0])

    await cloud().webPubSub.start()
    await untilHealthy(cloud())
    const { bells } = await hearBells((await negotiate(cloud(), task)).url)
    await until('bells ring again', async () => {
      await agent.say()
      return bells.length > 0
    })
    await agent.finish()
    const events = await viewer.over
    expect(seqs(events)).toEqual(upTo(events.length))
  })

  test('a broker that is killed loses nothing: what it took before, and what agents say meanwhile, comes in order', async () => {
    const task = randomUUID()
    const viewer = watchTask(cloud(), task)
    const agent = createAgent(cloud(), { task })
    await agent.say()
    await viewer.seen(1)
    // Taken by the broker, not yet by the gateway.
    const { clear, fault } = cloud().controls.storage
    await fault({ operation: 'table', target: 'streams', action: 'hold' })
    await agent.sayAll(upTo(10).map(() => ({})))
    await cloud().serviceBus?.stop('SIGKILL')
    await clear()
    const health = await readHealth(cloud())
    expect(health).toMatchObject({
      http: 503,
      status: 'unhealthy',
      connections: { ...HEALTHY, asb: 'disconnected' },
    })
    const said = agent.sayAll(upTo(10).map(() => ({})))
    await cloud().serviceBus?.start()
    await said
    await agent.finish()
    expect(seqs(await viewer.over)).toEqual(upTo(22))
    await untilHealthy(cloud())
  })
}

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { hearBells, negotiate } from '../support/hear-bells.ts'
import { createAgent } from '../support/publish.ts'
import { readHealth } from '../support/read-health.ts'
import { startProgram } from '../support/start-program.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { seqs, watchTask } from '../support/watch-task.ts'

const HEALTHY = { asb: 'connected', storage: 'connected', web_pubsub: 'connected' }

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
    const { bells } = await hearBells((await negotiate(cloud(), task)).url)
    await until('bells ring again', async () => {
      await agent.say()
      return bells.length > 0
    })
    await agent.finish()
    const events = await viewer.over
    expect(seqs(events)).toEqual(upTo(events.length))
  })

  test('a viewer over WebSocket, as in the example, misses nothing while Web PubSub is killed', async () => {
    const task = randomUUID()
    const example = startProgram('examples/watch-websocket.ts', ['--task', task], {
      GATEWAY_URL: cloud().url,
    })
    const agent = createAgent(cloud(), { task })
    for (const _ of upTo(5)) await agent.say()
    await example.printed(5)
    await cloud().webPubSub.stop('SIGKILL')
    for (const _ of upTo(5)) await agent.say()
    await cloud().webPubSub.start()
    for (const _ of upTo(5)) await agent.say()
    await agent.finish()
    expect(await example.exit).toBe(0)
    const events = (await example.printed(16)).map((line) => JSON.parse(line).event_index)
    expect(events).toEqual(upTo(16))
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
  })
}

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { eachOf } from '../../support/each-of.ts'
import { upTo } from '../../support/up-to.ts'
import { next, taskIdOf } from '../behaviour/scenarios.ts'
import { sketchAll } from '../behaviour/sketch.ts'
import { flavours } from '../clients/flavours.ts'
import { agentId } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

const SENDS = 1000
const SENDS_AT_ONCE = 50
const STREAMS = 300

/** Many calls at the same time over the bus: none is lost, none is made twice, none gets the answer of another. */
export const testLoad = (deployments: () => Deployments): void => {
  test('1,000 sends, 50 at a time', async () => {
    const { a, agents } = deployments()
    const agent = agents.sdk['1.0']
    const client = await flavours['1.0 JSON-RPC'](`${a.url}/agents/${agentId('1.0', 'elsewhere')}/`)
    const messages = upTo(SENDS).map((index) => ({ text: `echo ${index}`, messageId: randomUUID() }))
    const tasks = new Set<string>()
    await eachOf(
      messages,
      async ({ text, messageId }) => {
        const task = await client.send({ text, messageId })
        expect(task).toMatchObject({ state: 'completed', artifacts: [[text]] })
        tasks.add(taskIdOf(task))
      },
      SENDS_AT_ONCE,
    )
    expect(tasks.size).toBe(SENDS)
    expect(messages.map(({ messageId }) => agent.calls.of(messageId).length)).toEqual(messages.map(() => 1))
  })

  test('300 streams that are all open at the same time', async () => {
    const { a, agents } = deployments()
    const agent = agents.sdk['1.0']
    const client = await flavours['1.0 JSON-RPC'](`${a.url}/agents/${agentId('1.0', 'elsewhere')}/`)
    const messages = upTo(STREAMS).map((index) => ({ text: `tell ${index}`, messageId: randomUUID() }))
    const streams = await Promise.all(
      messages.map(async (message) => {
        const events = client.stream(message)
        return { message, events, taskId: taskIdOf(await next(events)) }
      }),
    )
    expect(new Set(streams.map(({ taskId }) => taskId)).size).toBe(STREAMS)
    for (const { taskId } of streams) agent.release(taskId)
    await Promise.all(
      streams.map(async ({ message: { text, messageId }, events }) => {
        expect(await sketchAll(events)).toEqual([
          { status: 'working', text: 'at work' },
          { artifact: [text], append: false, last: true },
          { status: 'completed', text: '' },
        ])
        expect(agent.calls.of(messageId)).toHaveLength(1)
      }),
    )
  })
}

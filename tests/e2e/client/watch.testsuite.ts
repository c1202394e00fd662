import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Connection, ConnectOptions, TaskEvent } from '../../../client/index.ts'
import { createAgent } from '../support/publish.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { openWire } from './open-wire.ts'

type Connect = (cloud: TestCloud, options?: Partial<ConnectOptions>) => Promise<Connection>

/** Reads along until the task is over. */
const readAlong = (events: AsyncIterable<TaskEvent>): { seen: number[]; over: Promise<void> } => {
  const seen: number[] = []
  const read = async (): Promise<void> => {
    for await (const event of events) seen.push(event.event_index)
  }
  return { seen, over: read() }
}

export const testWatch = (cloud: () => TestCloud, connectTo: Connect): void => {
  describe('watching a task', () => {
    test('tells what is stored, then what comes, each event once and in order, and ends with the task', async () => {
      const task = randomUUID()
      const agent = createAgent(cloud(), { task })
      for (const _ of upTo(3)) await agent.say()
      const { seen, over } = readAlong((await connectTo(cloud())).watch(task))
      await until('what is stored was read', () => seen.length === 3)
      for (const _ of upTo(3)) await agent.say()
      await agent.finish()
      await over
      expect(seen).toEqual(upTo(7))
    })

    test('begins where it is told to, and with a task that has not begun', async () => {
      const [task, client] = [randomUUID(), await connectTo(cloud())]
      const early = readAlong(client.watch(task))
      const agent = createAgent(cloud(), { task })
      for (const _ of upTo(3)) await agent.say()
      await agent.finish()
      await early.over
      const late = readAlong(client.watch(task, { from: 2 }))
      await late.over
      expect([early.seen, late.seen]).toEqual([upTo(4), [2, 3]])
    })

    test('misses nothing while its connection is cut, again and again', async () => {
      const [task, wire] = [randomUUID(), openWire()]
      const { seen, over } = readAlong((await connectTo(cloud(), wire)).watch(task))
      const agent = createAgent(cloud(), { task })
      for (const count of upTo(3)) {
        await until('a bell can be heard', () => wire.made() > count + 1)
        await agent.say()
        wire.cut()
        await agent.say()
        await until('both are seen', () => seen.length === 2 * count + 2)
      }
      await agent.finish()
      await over
      expect(seen).toEqual(upTo(7))
    })

    test('throws when the task fails, after its last event', async () => {
      const task = randomUUID()
      await createAgent(cloud(), { task }).say({ type: 'error', payload: { code: 'x', message: 'No ink.' } })
      const { seen, over } = readAlong((await connectTo(cloud())).watch(task))
      await expect(over).rejects.toMatchObject({ code: 'task_failed', details: { code: 'x' } })
      expect(seen).toEqual([0])
    })

    test('ends when nobody wants it any more', async () => {
      const leaving = new AbortController()
      const { over } = readAlong((await connectTo(cloud())).watch(randomUUID(), { signal: leaving.signal }))
      leaving.abort()
      await over
    })
  })
}

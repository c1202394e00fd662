import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Mischief } from '../../../fixtures/a2a/start-hostile-agent.ts'
import { openSse, readFrames } from '../../support/sse.ts'
import { codeOf } from '../behaviour/reason-of.ts'
import { next } from '../behaviour/scenarios.ts'
import { sketch, sketchAll } from '../behaviour/sketch.ts'
import { flavours } from '../clients/flavours.ts'
import { agentId, places } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

/** What each mischief comes to: always an error that the client is told, with one of these codes. */
const mischiefs: ReadonlyArray<{ mischief: Mischief; codes: readonly number[] }> = [
  { mischief: { kind: 'garbage' }, codes: [-32603, -32006] },
  { mischief: { kind: 'two-tasks' }, codes: [-32603, -32006] },
  { mischief: { kind: 'wrong-id' }, codes: [-32603, -32006] },
  { mischief: { kind: 'redirect', url: 'http://127.0.0.1:1/' }, codes: [-32603, -32006] },
  { mischief: { kind: 'status', status: 500 }, codes: [-32603, -32006] },
  { mischief: { kind: 'status', status: 404 }, codes: [-32603, -32006] },
  { mischief: { kind: 'huge' }, codes: [-32603, -32006, -32600] },
]

/** An agent that keeps to nothing harms nobody but those who call it, and they are told. */
export const testHostile = (deployments: () => Deployments): void => {
  describe.for(places)('hosted %s', (place) => {
    const open = () => flavours['1.0 JSON-RPC'](`${deployments().a.url}/agents/${agentId('hostile', place)}/`)

    test.for(mischiefs)('$mischief.kind is an error', async ({ mischief, codes }) => {
      deployments().agents.hostile.become(mischief)
      const client = await open()
      expect(codes).toContain(await client.send({ text: 'hello' }).then(sketch, codeOf))
      expect(codes).toContain(await sketchAll(client.stream({ text: 'hello' })).catch(codeOf))
    })

    test('one that answers in the name of another task changes nothing there', async () => {
      const { a, agents } = deployments()
      const { hostile } = agents
      const client = await open()
      const taskId = `victim-${randomUUID()}`
      hostile.become({ kind: 'hold', taskId })
      const victim = client.stream({ text: 'be held' })
      expect(await next(victim)).toMatchObject({ kind: 'task', id: taskId, state: 'working' })

      hostile.become({ kind: 'foreign-task', taskId })
      const attempts = [
        await client.send({ text: 'hello' }).then(sketch, codeOf),
        await sketchAll(client.stream({ text: 'hello' })).catch(codeOf),
      ]
      for (const attempt of attempts) expect([-32603, -32006]).toContain(attempt)

      hostile.finish()
      expect(await sketchAll(victim)).toMatchObject([{ task: 'completed' }])
      const stored = await readFrames(await openSse(`${a.url}/stream/${taskId}`))
      expect(stored.map(({ data = '' }) => data).join('\n')).not.toContain('TASK_STATE_FAILED')
    })
  })
}

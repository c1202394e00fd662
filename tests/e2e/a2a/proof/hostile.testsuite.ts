import { describe, expect, test } from 'vitest'
import type { Mischief } from '../../../fixtures/a2a/start-hostile-agent.ts'
import { codeOf } from '../behaviour/reason-of.ts'
import { next, taskIdOf } from '../behaviour/scenarios.ts'
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

    test('one that answers in the name of a task of another agent changes nothing there', async () => {
      const { a, agents } = deployments()
      const agent = agents.sdk['1.0']
      const victim = await flavours['1.0 JSON-RPC'](`${a.url}/agents/${agentId('1.0', place)}/`)
      const events = victim.stream({ text: 'tell nobody' })
      const taskId = taskIdOf(await next(events))
      agents.hostile.become({ kind: 'foreign-task', taskId })
      const client = await open()
      await sketchAll(client.stream({ text: 'hello' })).catch(codeOf)
      expect(await victim.get(taskId)).toMatchObject({ id: taskId, state: 'working' })
      agent.release(taskId)
      expect(await sketchAll(events)).toEqual([
        { status: 'working', text: 'at work' },
        { artifact: ['tell nobody'], append: false, last: true },
        { status: 'completed', text: '' },
      ])
      expect(await victim.get(taskId)).toMatchObject({ state: 'completed', artifacts: [['tell nobody']] })
    })
  })
}

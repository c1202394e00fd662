import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { startGateway } from '../../support/start-gateway.ts'
import { codeOf } from '../behaviour/reason-of.ts'
import { next, taskIdOf } from '../behaviour/scenarios.ts'
import { sketch, sketchAll } from '../behaviour/sketch.ts'
import type { FlavourClient } from '../clients/flavour-client.ts'
import { flavours, type Flavour } from '../clients/flavours.ts'
import { agentId, places } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

const ANN = 'ann-0123456789abcdef'
const BOB = 'bob-0123456789abcdef'
const keys = {
  AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'ann',
  AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: ANN,
  AGENT_GATEWAY_AUTH__API_KEYS__0__SCOPES: 'agents',
  AGENT_GATEWAY_AUTH__API_KEYS__1__NAME: 'bob',
  AGENT_GATEWAY_AUTH__API_KEYS__1__KEY: BOB,
  AGENT_GATEWAY_AUTH__API_KEYS__1__SCOPES: 'agents',
}
const withHeaders = Object.keys(flavours).filter((flavour) => flavour !== '0.2 JSON-RPC') as Flavour[]

/** A gateway of deployment `a` that knows two callers. */
const openForTwo = async ({ a, workspaces }: Deployments) => {
  const { url } = await startGateway(a, {
    WEBSITE_SITE_NAME: 'a',
    AGENT_GATEWAY_WORKSPACE: workspaces.a,
    ...keys,
  })
  return async (flavour: Flavour, agent: string): Promise<[FlavourClient, FlavourClient]> => {
    const open = (key: string) =>
      flavours[flavour](`${url}/agents/${agent}/`, { authorization: `Bearer ${key}` })
    return [await open(ANN), await open(BOB)]
  }
}

/** Two callers with keys of their own. */
export const testSubjects = (deployments: () => Deployments): void => {
  test.for(places)('an agent, hosted %s, that gives one caller the task of another', async (place) => {
    const { hostile } = deployments().agents
    const open = await openForTwo(deployments())
    const [ann, bob] = await open('1.0 JSON-RPC', agentId('hostile', place))
    const taskId = `of-ann-${randomUUID()}`
    hostile.become({ kind: 'hold', taskId })
    const events = ann.stream({ text: 'be held' })
    expect(await next(events)).toMatchObject({ kind: 'task', id: taskId, state: 'working' })
    hostile.become({ kind: 'foreign-task', taskId })
    const heard: unknown[] = []
    const listen = async (): Promise<void> => {
      for await (const event of bob.stream({ text: 'hello' })) heard.push(sketch(event))
    }
    expect([-32603, -32006]).toContain(await listen().then(() => 'allowed', codeOf))
    expect(heard).toEqual([])
    expect([-32603, -32006]).toContain(await bob.send({ text: 'hello' }).then(sketch, codeOf))
    hostile.finish()
    expect(await sketchAll(events)).toMatchObject([{ task: 'completed' }])
  })

  test.for(withHeaders)('%s: a task is its owner’s alone', async (flavour) => {
    const { agents } = deployments()
    const [ann, bob] = await (await openForTwo(deployments()))(flavour, agentId('1.0', 'here'))
    const events = ann.stream({ text: 'slow' })
    const first = await next(events)
    const taskId = taskIdOf(first)
    const contextId = first.kind === 'task' ? first.contextId : ''
    const attempts = [
      bob.get(taskId),
      bob.cancel(taskId),
      sketchAll(bob.resubscribe(taskId)),
      bob.send({ text: 'mine now', taskId }),
      bob.setPush(taskId, { id: 'one', url: 'http://127.0.0.1:9/hook' }),
      ...(bob.listPush === undefined ? [] : [bob.listPush(taskId)]),
    ]
    const answers = await Promise.all(attempts.map((attempt) => attempt.then(() => 'allowed', codeOf)))
    expect(answers).toEqual(attempts.map(() => -32001))
    expect((await bob.list?.(contextId)) ?? []).toEqual([])
    agents.sdk['1.0'].release(taskId)
    expect((await sketchAll(events)).at(-1)).toEqual({ status: 'completed', text: '' })
    expect(await ann.get(taskId)).toMatchObject({ state: 'completed' })
  })
}

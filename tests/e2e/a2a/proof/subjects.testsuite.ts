import { expect, test } from 'vitest'
import { startGateway } from '../../support/start-gateway.ts'
import { codeOf } from '../behaviour/reason-of.ts'
import { next, taskIdOf } from '../behaviour/scenarios.ts'
import { sketchAll } from '../behaviour/sketch.ts'
import { flavours, type Flavour } from '../clients/flavours.ts'
import { agentId } from '../support/start-agents.ts'
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

/** Two callers with keys of their own. */
export const testSubjects = (deployments: () => Deployments): void => {
  test.for(withHeaders)('%s: a task is its owner’s alone', async (flavour) => {
    const { a, agents, workspaces } = deployments()
    const { url } = await startGateway(a, {
      WEBSITE_SITE_NAME: 'a',
      AGENT_GATEWAY_WORKSPACE: workspaces.a,
      ...keys,
    })
    const open = (key: string) =>
      flavours[flavour](`${url}/agents/${agentId('1.0', 'here')}/`, { authorization: `Bearer ${key}` })
    const [ann, bob] = await Promise.all([open(ANN), open(BOB)])
    const events = ann.stream({ text: 'slow' })
    const first = await next(events)
    const taskId = taskIdOf(first)
    const contextId = first.kind === 'task' ? first.contextId : ''
    for (const attempt of [
      bob.get(taskId),
      bob.cancel(taskId),
      sketchAll(bob.resubscribe(taskId)),
      bob.send({ text: 'mine now', taskId }),
      bob.setPush(taskId, { id: 'one', url: 'http://127.0.0.1:9/hook' }),
      bob.listPush?.(taskId),
    ])
      expect(await attempt?.then(() => 'allowed', codeOf)).toBe(attempt === undefined ? undefined : -32001)
    expect((await bob.list?.(contextId)) ?? []).toEqual([])
    agents.sdk['1.0'].release(taskId)
    expect((await sketchAll(events)).at(-1)).toEqual({ status: 'completed', text: '' })
    expect(await ann.get(taskId)).toMatchObject({ state: 'completed' })
  })
}

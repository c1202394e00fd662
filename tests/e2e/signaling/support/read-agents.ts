import { expect } from 'vitest'
import * as z from 'zod'
import type { TestCloud } from '../../support/start-test-cloud.ts'
import { until } from '../../support/until.ts'

const Listed = z.looseObject({
  id: z.string(),
  did: z.string(),
  reach: z.literal('socket'),
  connected_at: z.iso.datetime(),
  last_activity: z.iso.datetime(),
})
export type ListedAgent = z.infer<typeof Listed>
const AgentList = z.looseObject({ agents: z.array(Listed), count: z.int() })

/** Connected agents, as anybody sees them. */
export const readAgents = async ({ url }: Pick<TestCloud, 'url'>): Promise<ListedAgent[]> => {
  const response = await fetch(`${url}/agents?reach=socket`)
  expect(response.status).toBe(200)
  return AgentList.parse(await response.json()).agents
}

export const findAgent = async (
  cloud: Pick<TestCloud, 'url'>,
  did: string,
): Promise<ListedAgent | undefined> => (await readAgents(cloud)).find((agent) => agent.did === did)

/** Waits until an agent is listed no more. */
export const untilGone = async (cloud: Pick<TestCloud, 'url'>, did: string): Promise<void> => {
  await until(`${did} is gone`, async () => (await findAgent(cloud, did)) === undefined)
}

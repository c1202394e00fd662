import { expect, test } from 'vitest'
import { testAgent } from '../../tests/fixtures/test-agent.ts'
import type { Agent } from './agent.ts'
import { createListAgents } from './list-agents.ts'
import { selectAgents } from './select-agents.ts'

const agents = [
  testAgent('a', { capabilities: ['a'], name: 'Agent A', description: 'Does a.', status: 'healthy' }),
  testAgent('b'),
  testAgent('did:key:c', {
    reach: 'socket',
    did: 'did:key:c',
    connectedAt: '2026-11-20T10:00:00.000Z',
    lastActivity: '2026-11-20T10:01:00.000Z',
  }),
]

const list = createListAgents({
  registry: { list: async (filter, page) => selectAgents(agents, filter, page) },
  originOf: ({ url }) => url.origin,
  getCard: async (agent: Agent, { url, headers }) => ({
    name: agent.id,
    url: `${url.origin}/card`,
    headers: [...headers],
  }),
})
const client = {
  headers: new Headers({ 'if-none-match': '"1"', accept: '*/*' }),
  url: new URL('https://gateway.example/agents'),
}
const request = { filter: {}, page: { limit: 10 }, view: 'list' as const, client }

test('agents are listed with what is known of them, and where to call them', async () => {
  expect(await list(request)).toEqual({
    agents: [
      {
        id: 'a',
        reach: 'a2a',
        status: 'healthy',
        name: 'Agent A',
        description: 'Does a.',
        capabilities: ['a'],
        url: 'https://gateway.example/agents/a/',
      },
      {
        id: 'b',
        reach: 'a2a',
        status: 'unknown',
        name: 'b',
        description: '',
        capabilities: [],
        url: 'https://gateway.example/agents/b/',
      },
      {
        id: 'did:key:c',
        reach: 'socket',
        status: 'unknown',
        did: 'did:key:c',
        connected_at: '2026-11-20T10:00:00.000Z',
        last_activity: '2026-11-20T10:01:00.000Z',
        name: 'did:key:c',
        description: '',
        capabilities: [],
        url: 'https://gateway.example/agents/did%3Akey%3Ac/',
      },
    ],
    count: 3,
  })
})

test('a page tells how many it has and where the next one begins', async () => {
  const first = await list({ ...request, page: { limit: 2 } })
  expect(first).toMatchObject({ count: 2, next: 'b' })
  const second = await list({ ...request, page: { limit: 2, after: first.next } })
  expect(second).toMatchObject({ count: 1, agents: [{ id: 'did:key:c' }] })
  expect(second).not.toHaveProperty('next')
})

test('the filter chooses, and whole cards stand in the place of the short form', async () => {
  const cards = await list({ ...request, view: 'cards', filter: { reach: 'a2a' } })
  expect(cards).toEqual({
    agents: [
      { name: 'a', url: 'https://gateway.example/card', headers: [['accept', '*/*']] },
      { name: 'b', url: 'https://gateway.example/card', headers: [['accept', '*/*']] },
    ],
    count: 2,
  })
})

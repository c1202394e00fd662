import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { NewAgent } from '../../../shared/contract/agents/agent-definition.ts'
import type { Agent } from '../../../shared/registry/agent.ts'
import type { AgentStore } from '../../../shared/registry/agent-store.ts'
import { type AdminAgents, createAdminAgents } from '../../../shared/registry/admin-agents.ts'
import { testAgent } from '../../fixtures/test-agent.ts'
import { openAgents } from '../../support/open-agents.ts'
import { nobodyConnected, openRegistry, openSealing } from '../../support/open-registry.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

let count = 0
const openAdmin = (agents: Agent[] = []): { admin: AdminAgents; store: AgentStore } => {
  const store = openAgents(storage.connectionString, `admin${++count}`)
  const { registry } = openRegistry(store, agents)
  const disconnect = async (): Promise<void> => undefined
  const options = {
    registry,
    connected: nobodyConnected,
    disconnect,
    sealing: openSealing(),
    proxyId: 'here',
  }
  return { admin: createAdminAgents(options), store }
}

const body = (members: Record<string, unknown> = {}): NewAgent =>
  NewAgent.parse({ id: 'a', group: 'g', fqdn: 'a.example', ...members })

test('an agent is added with the defaults of the file, hosted by this deployment, and shown', async () => {
  const { admin } = openAdmin()
  const { outcome, agent } = await admin.put(body())
  expect(outcome).toBe('added')
  expect(agent).toEqual({
    id: 'a',
    reach: 'a2a',
    origin: 'runtime',
    group: 'g',
    fqdn: 'a.example',
    scheme: 'https',
    basePath: '',
    proxyId: 'here',
    healthEndpoint: '/health',
    agentCardEndpoint: '/.well-known/agent.json',
    capabilities: [],
    a2aCapabilities: {},
    auth: { type: 'none' },
    timeout: 30,
    cardSignatures: 'drop',
    messageIdIsKey: false,
    strictCard: false,
    status: 'unknown',
  })
  expect(await admin.show('a')).toEqual(agent)
  expect(await admin.list({}, { limit: 10 })).toEqual({ agents: [agent] })
})

test('added again it is replaced', async () => {
  const { admin } = openAdmin()
  await admin.put(body())
  const { outcome, agent } = await admin.put(body({ proxyId: 'there', timeout: 5 }))
  expect(outcome).toBe('replaced')
  expect(agent).toMatchObject({ proxyId: 'there', timeout: 5 })
})

const SECRET = 'very-secret'
test.each([
  [{ type: 'bearer', token: SECRET }, { type: 'bearer' }],
  [
    { type: 'apiKey', name: 'key', value: SECRET },
    { type: 'apiKey', in: 'header', name: 'key' },
  ],
  [
    { type: 'oauth2', tokenUrl: 'https://id.example/t', clientId: 'me', clientSecret: SECRET, scopes: ['a'] },
    { type: 'oauth2', tokenUrl: 'https://id.example/t', clientId: 'me', scopes: ['a'] },
  ],
  [
    { type: 'entra', scope: 'api://x/.default' },
    { type: 'entra', scope: 'api://x/.default' },
  ],
  [{ type: 'passthrough' }, { type: 'passthrough' }],
])('of auth %j only what is no secret is shown, and secrets are stored sealed', async (auth, shown) => {
  const { admin, store } = openAdmin()
  const { agent } = await admin.put(body({ auth }))
  expect(agent.auth).toEqual(shown)
  const answers = [await admin.show('a'), await admin.list({}, { limit: 1 }), await store.read('a')]
  expect(JSON.stringify(answers)).not.toContain(SECRET)
  if (JSON.stringify(auth).includes(SECRET)) {
    const sealed = Object.values((await store.read('a'))?.agent.auth ?? {})
    const opened = sealed.flatMap((text) => {
      try {
        return [openSealing().open(String(text), 'agent:a')]
      } catch {
        return []
      }
    })
    expect(opened).toEqual([SECRET])
  }
})

test('an unknown agent is a 404, one of a file cannot be changed', async () => {
  const { admin } = openAdmin([testAgent('a', { origin: 'file' })])
  await expect(admin.show('nobody')).rejects.toMatchObject({ status: 404 })
  await expect(admin.remove('nobody')).rejects.toMatchObject({ status: 404 })
  await expect(admin.put(body())).rejects.toMatchObject({ status: 409 })
  await expect(admin.remove('a')).rejects.toMatchObject({ status: 409 })
  expect((await admin.show('a')).origin).toBe('file')
})

test('a removed agent is gone', async () => {
  const { admin } = openAdmin()
  await admin.put(body())
  await admin.remove('a')
  await expect(admin.show('a')).rejects.toMatchObject({ status: 404 })
  expect(await admin.refresh()).toEqual({ agents: 0, problems: [] })
})

import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { until } from '../support/until.ts'
import { useCloud } from '../support/use-cloud.ts'
import { ADMIN_KEY, READER_KEY, bearer } from '../access/callers.ts'

const TOKEN = 'token-of-the-writer'
const workspace = mkdtempSync(join(tmpdir(), 'workspace-'))
afterAll(() => rmSync(workspace, { recursive: true }))

const writeRegistry = (agents: unknown): void =>
  writeFileSync(
    join(workspace, 'agent-registry.yaml'),
    JSON.stringify({ version: '1.0', groups: { files: { agents } } }),
  )
const writer = {
  id: 'writer',
  fqdn: '127.0.0.1:1',
  proxyId: 'mine',
  auth: { type: 'bearer', token: '${TOKEN}' },
}
writeRegistry([writer])
writeFileSync(join(workspace, 'proxy-config.yaml'), 'proxy: { id: mine, role: follower }\n')

const cloud = useCloud({
  id: 'mine',
  env: {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
    AGENT_GATEWAY_WORKSPACE: workspace,
    TOKEN,
    AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0',
    AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'reader',
    AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: READER_KEY,
    AGENT_GATEWAY_AUTH__API_KEYS__0__SCOPES: 'agents:read,events:read',
    AGENT_GATEWAY_AUTH__API_KEYS__1__NAME: 'operator',
    AGENT_GATEWAY_AUTH__API_KEYS__1__KEY: ADMIN_KEY,
    AGENT_GATEWAY_AUTH__API_KEYS__1__SCOPES: 'admin',
  },
})

const Answer = z.looseObject({
  agents: z.unknown().optional(),
  auth: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
})
type Called = { status: number; json: z.infer<typeof Answer>; text: string }

const call = async (line: string, body?: unknown, key = ADMIN_KEY): Promise<Called> => {
  const [method = '', path = ''] = line.split(' ')
  const response = await fetch(cloud().url + path, {
    method,
    headers: { ...bearer(key), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : Answer.parse(JSON.parse(text)), text }
}

const added = { id: 'added', group: 'run', fqdn: 'added.example', auth: { type: 'bearer', token: TOKEN } }

describe('the admin API of agents', () => {
  test('adds, replaces, shows, lists and removes an agent, and tells no secret', async () => {
    const answers = [
      await call('POST /v1/admin/agents', added),
      await call('POST /v1/admin/agents', { ...added, timeout: 5 }),
      await call('GET /v1/admin/agents/added'),
      await call('GET /v1/admin/agents?group=run'),
      await call('DELETE /v1/admin/agents/added'),
      await call('GET /v1/admin/agents/added'),
      await call('DELETE /v1/admin/agents/added'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 204, 404, 404])
    expect(answers[2]?.json).toMatchObject({
      id: 'added',
      origin: 'runtime',
      proxyId: 'mine',
      timeout: 5,
      auth: { type: 'bearer' },
    })
    expect(answers[3]?.json.agents).toMatchObject([{ id: 'added' }])
    expect(answers.map(({ text }) => text).join()).not.toContain(TOKEN)
  })

  test('names the rule that a body breaks', async () => {
    const { status, json } = await call('POST /v1/admin/agents', { ...added, id: 'a/b' })
    expect(status).toBe(400)
    expect(json.error?.message).toContain('id: must be letters, digits')
  })

  test('is for operators alone', async () => {
    for (const line of [
      'POST /v1/admin/agents',
      'GET /v1/admin/agents',
      'GET /v1/admin/agents/writer',
      'DELETE /v1/admin/agents/writer',
      'POST /v1/admin/agents:refresh',
    ]) {
      expect((await call(line, line.startsWith('POST') ? added : undefined, READER_KEY)).status).toBe(403)
    }
  })

  test('has the agents of the file, which only the file can change', async () => {
    const { json, text } = await call('GET /v1/admin/agents/writer')
    expect(json).toMatchObject({ id: 'writer', origin: 'file', group: 'files', auth: { type: 'bearer' } })
    expect(text).not.toContain(TOKEN)
    expect((await call('POST /v1/admin/agents', { ...added, id: 'writer' })).status).toBe(409)
    expect((await call('DELETE /v1/admin/agents/writer')).status).toBe(409)
  })

  test('reads the files again: what is gone from them goes, run-time agents stay', async () => {
    await call('POST /v1/admin/agents', { ...added, id: 'stays' })
    writeRegistry([writer, { ...writer, id: 'critic' }])
    expect((await call('POST /v1/admin/agents:refresh')).json).toEqual({ agents: 3, problems: [] })
    expect((await call('GET /v1/admin/agents/critic')).status).toBe(200)
    writeRegistry([writer])
    expect((await call('POST /v1/admin/agents:refresh')).json.agents).toBe(2)
    expect((await call('GET /v1/admin/agents/critic')).status).toBe(404)
    expect((await call('GET /v1/admin/agents/stays')).status).toBe(200)
    await call('DELETE /v1/admin/agents/stays')
  })

  test('says what is wrong with the files, and so does /health', async () => {
    writeRegistry([writer, { id: 'bad', fqdn: 'http://bad', proxyId: 'mine' }])
    const problem = { setting: 'groups.files.agents.1.fqdn', message: expect.stringContaining('line 1') }
    expect((await call('POST /v1/admin/agents:refresh')).json).toMatchObject({ problems: [problem] })
    const health = (await call('GET /health')).json
    expect(health).toMatchObject({ status: 'degraded', role: 'follower', problems: [problem] })
    writeRegistry([writer])
    await call('POST /v1/admin/agents:refresh')
    expect((await call('GET /health')).json['status']).toBe('healthy')
  })
})

describe('GET /agents', () => {
  test('lists the agents for those who may read them, with the address that a client calls', async () => {
    await call('POST /v1/admin/agents', { ...added, name: 'Added', description: 'It was added.' })
    const first = await call('GET /agents?limit=1', undefined, READER_KEY)
    expect(first.json).toMatchObject({
      agents: [{ id: 'added', reach: 'a2a', name: 'Added', url: `${cloud().url}/agents/added/` }],
      count: 1,
      next: 'added',
    })
    const second = await call('GET /agents?limit=1&after=added', undefined, READER_KEY)
    expect(second.json).toMatchObject({ agents: [{ id: 'writer' }], count: 1 })
    expect(second.json).not.toHaveProperty('next')
    const none = await call('GET /agents?group=run&status=healthy', undefined, READER_KEY)
    expect(none.json).toEqual({ agents: [], count: 0 })
    expect((await call('GET /agents?statsu=x', undefined, READER_KEY)).status).toBe(400)
    expect((await fetch(`${cloud().url}/agents`)).status).toBe(401)
    await call('DELETE /v1/admin/agents/added')
  })

  test('gives cards, a minimal one of an agent that cannot be reached', async () => {
    const { json } = await call('GET /agents?view=cards&group=files', undefined, READER_KEY)
    expect(json).toMatchObject({
      agents: [{ name: 'writer', error: expect.stringContaining('cannot be reached') }],
      count: 1,
    })
  })
})

test('a follower probes the agents that it hosts; a change shows in the registry, in /health and as an event', async () => {
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const critic = { id: 'critic', fqdn: `127.0.0.1:${port}`, proxyId: 'mine', healthEndpoint: '/healthz' }
  writeRegistry([writer, critic])
  await call('POST /v1/admin/agents:refresh')
  await cloud().controls.host.advance(30_000)
  await until('both were probed', async () => {
    const states = [await call('GET /v1/admin/agents/writer'), await call('GET /v1/admin/agents/critic')]
    return states.every(({ json }) => json['status'] !== 'unknown')
  })
  expect(asked).toContain('/healthz')
  expect((await call('GET /health')).json).toMatchObject({
    status: 'healthy',
    connected_agents: 1,
    connections: { agents: { writer: 'unreachable', critic: 'healthy' } },
  })
  const events = await fetch(`${cloud().url}/stream/agents`, {
    headers: { ...bearer(READER_KEY), accept: 'application/json' },
  })
  expect(await events.json()).toMatchObject({
    events: expect.arrayContaining([
      expect.objectContaining({
        event_type: 'agent.status_changed',
        agent_id: 'critic',
        payload: { agent_id: 'critic', status: 'healthy', previous_status: 'unknown' },
      }),
    ]),
  })
})

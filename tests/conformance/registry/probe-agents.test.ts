import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { EgressError, type SendHttp } from '../../../shared/kernel/egress.ts'
import { createSendHttp } from '../../../shared/kernel/egress/send-http.ts'
import { createLog } from '../../../shared/kernel/log.ts'
import type { Agent } from '../../../shared/registry/agent.ts'
import { createProbeAgents } from '../../../shared/registry/probe-agents.ts'
import { createManualClock } from '../../fixtures/manual-clock.ts'
import { testAgent } from '../../fixtures/test-agent.ts'
import { openAgents } from '../../support/open-agents.ts'
import { openRegistry } from '../../support/open-registry.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

/** An agent's host; the answer of its health endpoint can be changed. */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering =
  (status: number): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end()

let count = 0
const open = (agents: Agent[], send: SendHttp = createSendHttp({ allow: [] })) => {
  const { registry, clock } = openRegistry(openAgents(storage.connectionString, `probes${++count}`), agents)
  const changes: string[] = []
  const lines: string[] = []
  const probe = createProbeAgents({
    registry,
    send,
    proxyId: 'here',
    onChange: async (agent, before) => void changes.push(`${agent.id} ${before.status} ${agent.status}`),
    log: createLog({ level: 'warn', clock, write: (line) => lines.push(line) }),
  })
  const statusOf = async (id: string) => (await registry.getAgent(id))?.status
  return { registry, probe, changes, lines, statusOf }
}

const ofFile = (id: string, fqdn: string, members: Partial<Agent> = {}): Agent =>
  testAgent(id, { origin: 'file', fqdn, ...members })

test.each([
  [200, 'healthy'],
  [204, 'healthy'],
  [302, 'unhealthy'],
  [404, 'unhealthy'],
  [503, 'unhealthy'],
])('an agent that answers %d is %s', async (answer, status) => {
  const { probe, statusOf } = open([ofFile('a', await serve(answering(answer)))])
  await probe()
  expect(await statusOf('a')).toBe(status)
})

test('an agent that nobody answers for is unreachable, and no other is held up', async () => {
  const host = await serve(answering(200))
  const { probe, statusOf, lines } = open([ofFile('away', '127.0.0.1:1'), ofFile('there', host)])
  await probe()
  expect([await statusOf('away'), await statusOf('there')]).toEqual(['unreachable', 'healthy'])
  expect(lines).toEqual([])
})

test('an agent that does not answer in time is unreachable; it is given 5 s', async () => {
  const given: number[] = []
  const { probe, statusOf } = open([ofFile('a', 'a.example')], async ({ headTimeoutMs }) => {
    given.push(headTimeoutMs)
    throw new EgressError('timeout', 'It did not answer.')
  })
  await probe()
  expect(await statusOf('a')).toBe('unreachable')
  expect(given).toEqual([5000])
})

test('the health endpoint is asked below the base path, without credentials', async () => {
  const asked: unknown[] = []
  const host = await serve(({ method, url, headers }, response) => {
    asked.push([method, url, headers.authorization])
    response.end()
  })
  const auth = { type: 'bearer' as const, token: 'secret' }
  const { probe } = open([ofFile('a', host, { basePath: '/api', healthEndpoint: '/healthz?deep=0', auth })])
  await probe()
  expect(asked).toEqual([['GET', '/api/healthz?deep=0', undefined]])
})

test('only the agents that this deployment hosts, and that have an HTTP endpoint, are asked', async () => {
  const host = await serve(answering(200))
  const { probe, statusOf } = open([
    ofFile('here', host),
    ofFile('elsewhere', host, { proxyId: 'there' }),
    ofFile('socket', host, { reach: 'socket' }),
  ])
  await probe()
  expect(await Promise.all(['here', 'elsewhere', 'socket'].map(statusOf))).toEqual([
    'healthy',
    'unknown',
    'unknown',
  ])
})

test('a change is stored and told once', async () => {
  let status = 200
  const host = await serve((_request, response) => void response.writeHead(status).end())
  const { probe, changes, statusOf } = open([ofFile('a', host)])
  await probe()
  await probe()
  status = 500
  await probe()
  await probe()
  expect(changes).toEqual(['a unknown healthy', 'a healthy unhealthy'])
  expect(await statusOf('a')).toBe('unhealthy')
})

test('a private address that was given at run time is not called', async () => {
  let asked = 0
  const host = await serve((_request, response) => {
    asked++
    response.end()
  })
  const { registry, probe, statusOf } = open([])
  await registry.put(testAgent('a', { fqdn: host }))
  await probe()
  expect(await statusOf('a')).toBe('unreachable')
  expect(asked).toBe(0)
})

test('a change that cannot be told stops no other probe, and is told again by the next one', async () => {
  const host = await serve(answering(200))
  const { registry, statusOf, lines } = open([ofFile('a', host), ofFile('b', host)])
  const told: string[] = []
  let isAway = true
  const probe = createProbeAgents({
    registry,
    send: createSendHttp({ allow: [] }),
    proxyId: 'here',
    onChange: async ({ id }) => {
      told.push(id)
      if (isAway) throw new Error('The stream is away.')
    },
    log: createLog({ level: 'warn', clock: createManualClock(), write: (line) => lines.push(line) }),
  })
  await probe()
  expect(told.toSorted()).toEqual(['a', 'b'])
  expect(await Promise.all(['a', 'b'].map(statusOf))).toEqual(['unknown', 'unknown'])
  expect(lines).toHaveLength(2)
  isAway = false
  await probe()
  expect(told.slice(2).toSorted()).toEqual(['a', 'b'])
  expect(await Promise.all(['a', 'b'].map(statusOf))).toEqual(['healthy', 'healthy'])
})

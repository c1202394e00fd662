import { expect, test } from 'vitest'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { createHealth, type Health, type HealthOptions, type Probe } from './health.ts'
import { createLog } from './log.ts'

const START = Date.UTC(2026, 10, 20, 10)
const yes: Probe = async () => true
const no: Probe = async () => false
const broken: Probe = async () => {
  throw new Error('The link is down.')
}
const silent: Probe = () => new Promise<boolean>(() => undefined)

type Given = Partial<Omit<HealthOptions, 'probes'>> & Partial<HealthOptions['probes']>

const given = ({ asb = yes, storage = yes, web_pubsub = yes, ...rest }: Given = {}) => {
  const clock = createManualClock(START)
  const lines: string[] = []
  const health = createHealth({
    probes: { asb, storage, web_pubsub },
    agents: async () => ({}),
    sockets: async () => 0,
    problems: () => [],
    clock,
    log: createLog({ level: 'debug', clock, write: (line) => lines.push(line) }),
    version: '1.2.3',
    role: 'coordinator',
    cacheMs: 5000,
    timeoutMs: 3000,
    ...rest,
  })
  return { clock, health, lines }
}

test('a gateway whose services all answer is healthy', async () => {
  const { clock, health } = given()
  clock.advance(61_400)
  expect(await health()).toEqual({
    status: 'healthy',
    version: '1.2.3',
    role: 'coordinator',
    uptime: 61,
    timestamp: '2026-11-20T10:01:01.400Z',
    connected_agents: 0,
    connections: { asb: 'connected', storage: 'connected', web_pubsub: 'connected', agents: {} },
  })
})

test.each<[string, Given, Health['status']]>([
  ['no bus', { asb: no }, 'unhealthy'],
  ['no storage', { storage: no }, 'unhealthy'],
  ['a broken bus', { asb: broken }, 'unhealthy'],
  ['a broken storage', { storage: broken }, 'unhealthy'],
  ['no bell', { web_pubsub: no }, 'degraded'],
  ['a broken bell', { web_pubsub: broken }, 'degraded'],
  ['nothing', { asb: no, storage: no, web_pubsub: no }, 'unhealthy'],
])('with %s the gateway says so', async (_name, probes, status) => {
  const answer = await given(probes).health()
  expect(answer.status).toBe(status)
  expect(answer.connections).toMatchObject(
    Object.fromEntries(Object.keys(probes).map((name) => [name, 'disconnected'])),
  )
})

test('a probe that throws is logged with its reason, one that says no is not', async () => {
  const { health, lines } = given({ asb: broken, storage: no })
  await health()
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', error: { message: 'The link is down.' } },
  ])
})

test('a probe that does not answer in time counts as disconnected', async () => {
  const { clock, health } = given({ web_pubsub: silent })
  const answer = health()
  clock.advance(3000)
  expect((await answer).connections.web_pubsub).toBe('disconnected')
})

test('services are asked at most once in five seconds, however many ask at the same time', async () => {
  let asked = 0
  const counting: Probe = async () => ++asked > 0
  const { clock, health } = given({ storage: counting })
  await Promise.all([health(), health(), health()])
  clock.advance(4999)
  await health()
  expect(asked).toBe(1)
  clock.advance(1)
  await health()
  expect(asked).toBe(2)
})

test('a wrong setting is named with its remedy and makes the gateway degraded', async () => {
  const problem = { setting: 'X', message: 'X is missing.', remedy: 'Set X.' }
  const { health } = given({ problems: () => [problem] })
  expect(await health()).toMatchObject({ status: 'degraded', problems: [problem] })
})

test('agents that cannot be listed do not hide how the services are', async () => {
  const agents = (): Promise<never> => Promise.reject(new Error('The registry is away.'))
  const { health, lines } = given({ storage: no, agents })
  expect(await health()).toMatchObject({ status: 'unhealthy', connections: { agents: {} } })
  expect(lines).toHaveLength(1)
})

test('agents are listed, those that can be reached are counted, and none of them makes the gateway worse', async () => {
  const states = {
    a: 'connected',
    b: 'disconnected',
    c: 'healthy',
    d: 'unhealthy',
    e: 'unreachable',
    f: 'unknown',
  } as const
  const { health } = given({ agents: async () => states })
  expect(await health()).toMatchObject({
    status: 'healthy',
    connected_agents: 2,
    connections: { agents: states },
  })
})

test('agents on sockets are counted and not listed; when they cannot be counted the others are', async () => {
  const agents = async () => ({ a: 'healthy' }) as const
  const { health } = given({ agents, sockets: async () => 500 })
  expect(await health()).toMatchObject({ connected_agents: 501, connections: { agents: { a: 'healthy' } } })
  const broken = given({ agents, sockets: () => Promise.reject(new Error('Table Storage does not answer.')) })
  expect(await broken.health()).toMatchObject({ status: 'healthy', connected_agents: 1 })
  expect(broken.lines.join()).toContain('could not be counted')
})

test('agents that are not listed in time are left out', async () => {
  const { clock, health } = given({ agents: () => new Promise(() => undefined) })
  const answer = health()
  clock.advance(3000)
  expect((await answer).connections.agents).toEqual({})
})

test('what is wrong with the files of agents shows at once: they are read when agents are listed', async () => {
  const problems: Array<{ setting: string; message: string; remedy: string }> = []
  const problem = { setting: 'groups.g.agents.0.fqdn', message: 'It is missing.', remedy: 'Give it.' }
  const agents = async () => {
    problems.push(problem)
    return {}
  }
  const { health } = given({ agents, problems: () => problems })
  expect((await health()).problems).toEqual([problem])
})

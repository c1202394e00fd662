import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Config, loadConfig } from '../config.ts'
import type { Environment } from './connections.ts'

let appDirectory: string
beforeEach(() => {
  appDirectory = mkdtempSync(join(tmpdir(), 'proxy-'))
  mkdirSync(join(appDirectory, 'workspace'))
})
afterEach(() => rmSync(appDirectory, { recursive: true }))

const BUS = 'Endpoint=sb://company.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=s3cret'
const services = {
  AZURE_SERVICE_BUS_CONNECTION_STRING: BUS,
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  WEB_PUBSUB_CONNECTION_STRING: 'Endpoint=https://x;AccessKey=k',
  AGENT_GATEWAY_SECRET_KEY: 'k'.repeat(32),
}

/** Loads with a proxy-config.yaml, and a gateway.yaml, of these texts. */
const load = (proxy?: string, env: Environment = {}, gateway = ''): Config => {
  if (proxy !== undefined) writeFileSync(join(appDirectory, 'workspace/proxy-config.yaml'), proxy)
  writeFileSync(join(appDirectory, 'workspace/gateway.yaml'), gateway)
  return loadConfig({ env: { ...services, ...env }, appDirectory })
}

test('without the file the deployment is the coordinator', () => {
  const { proxy, problems } = load()
  expect(proxy).toEqual({ id: 'local', role: 'coordinator' })
  expect(problems).toEqual([])
})

describe('the id of the deployment', () => {
  test('is said by the file, else it is the name of the function app', () => {
    const env = { WEBSITE_SITE_NAME: 'site' }
    expect(load('proxy: { id: mine, role: follower }', env).proxy).toEqual({ id: 'mine', role: 'follower' })
    expect(load('proxy: { id: "${WEBSITE_SITE_NAME}-b", role: follower }', env).proxy.id).toBe('site-b')
    expect(load('', env).proxy.id).toBe('site')
  })

  test('of gateway.yaml wins over the file, that of the environment over both', () => {
    const env = { WEBSITE_SITE_NAME: 'x'.repeat(45) }
    const gateway = 'a2a: { proxy_id: theirs }'
    expect(load('proxy: { id: mine }', env, gateway).proxy.id).toBe('theirs')
    const { proxy, problems } = load('', { ...env, AGENT_GATEWAY_A2A__PROXY_ID: 'ours' }, gateway)
    expect(proxy.id).toBe('ours')
    expect(problems).toEqual([])
  })

  test('that is too long for the name of a subscription is a problem', () => {
    const { proxy, problems } = load(undefined, { WEBSITE_SITE_NAME: 'x'.repeat(45) })
    expect(proxy.id).toBe('local')
    expect(problems).toMatchObject([
      { setting: 'WEBSITE_SITE_NAME', remedy: expect.stringContaining('proxy.id') },
    ])
  })
})

test('every key of the seed is read', () => {
  const { problems } = load(`
proxy: { id: mine, role: coordinator, port: 8080 }
servicebus: { namespace: company, connectionString: "\${AZURE_SERVICE_BUS_CONNECTION_STRING}" }
hostedAgents: { blog-agents: [writer, critic] }
subscriptions:
  - { group: blog-agents, filter: "proxyId = 'mine'" }
limits: { maxConcurrentStreams: 200, maxMessageSize: 1MB, streamBufferSize: 10 MB, queueDepthThreshold: 5000 }
monitoring: { logLevel: INFO }
`)
  expect(problems).toEqual([])
})

describe('limits', () => {
  const limits =
    'limits: { maxConcurrentStreams: 7, maxMessageSize: 2MB, streamBufferSize: 0.5 mb, queueDepthThreshold: 9 }'

  test('are settings of a2a; sizes are bytes or texts', () => {
    expect(load(limits).a2a).toMatchObject({
      max_concurrent_streams: 7,
      max_message_bytes: 2 * 1024 * 1024,
      stream_buffer_bytes: 512 * 1024,
      queue_depth_threshold: 9,
    })
    expect(load('limits: { maxMessageSize: 5000 }').a2a.max_message_bytes).toBe(5000)
  })

  test('give way to gateway.yaml and to the environment', () => {
    const env = { AGENT_GATEWAY_A2A__QUEUE_DEPTH_THRESHOLD: '11' }
    expect(load(limits, env, 'a2a: { max_concurrent_streams: 8 }').a2a).toMatchObject({
      max_concurrent_streams: 8,
      queue_depth_threshold: 11,
      max_message_bytes: 2 * 1024 * 1024,
    })
  })

  test('beyond what the gateway can do are problems of this file', () => {
    const { a2a, problems } = load('limits: { maxMessageSize: 1GB }')
    expect(a2a.max_message_bytes).toBe(1024 * 1024)
    expect(problems).toMatchObject([
      { setting: 'a2a.max_message_bytes', message: expect.stringMatching(/proxy-config\.yaml: /) },
    ])
  })
})

describe('monitoring.logLevel', () => {
  test.each([
    ['DEBUG', 'debug'],
    ['WARNING', 'warn'],
    ['critical', 'error'],
  ])('%s sets log.level to %s', (written, level) => {
    expect(load(`monitoring: { logLevel: ${written} }`).log.level).toBe(level)
  })

  test('gives way to gateway.yaml and to the environment', () => {
    const proxy = 'monitoring: { logLevel: debug }'
    expect(load(proxy, {}, 'log: { level: warn }').log.level).toBe('warn')
    expect(load(proxy, { LOG_LEVEL: 'error' }).log.level).toBe('error')
  })
})

describe('a wrong value is a problem with file, line and key, and the rest holds', () => {
  test.each([
    [
      'proxy: { id: mine }\nlimits:\n  maxMessageSize: huge',
      'line 3: limits.maxMessageSize is not valid: must be a number of bytes',
    ],
    [
      'proxy: { id: mine }\nlimits:\n  maxConcurrentStreams: 0',
      'line 3: limits.maxConcurrentStreams is not valid: must be 1 or more',
    ],
    [
      'proxy:\n  id: mine\n  role: boss',
      'line 3: proxy.role is not valid: must be "coordinator" or "follower"',
    ],
    [
      'proxy: { id: mine }\nmonitoring:\n  logLevel: loud',
      'line 3: monitoring.logLevel is not valid: must be debug',
    ],
    ['proxy: { id: mine }\nmonitor: {}', 'line 2: monitor is not valid: there is no such setting'],
    ['proxy: { id: mine }\nsubscriptions:\n  - group: g', 'line 3: subscriptions.0.filter is not valid'],
    [
      'proxy: { id: mine }\nservicebus:\n  namespace: ${NOT_SET}',
      'line 3: servicebus.namespace refers to ${NOT_SET}',
    ],
  ])('%j', (proxy, message) => {
    const config = load(proxy)
    expect(config.proxy).toEqual({ id: 'mine', role: 'coordinator' })
    expect(config.problems).toMatchObject([
      { message: expect.stringContaining(`proxy-config.yaml, ${message}`) },
    ])
  })
})

describe('what the app settings say too has to agree', () => {
  const identity = {
    AZURE_SERVICE_BUS_CONNECTION_STRING: '',
    AZURE_SERVICE_BUS_CONNECTION_STRING__fullyQualifiedNamespace: 'company.servicebus.windows.net',
  }

  test.each<[string, Environment]>([
    ['proxy: { port: 8080 }', { PUBLIC_URL: 'http://127.0.0.1:8080' }],
    ['proxy: { port: 443 }', { PUBLIC_URL: 'https://gateway.example' }],
    ['proxy: { port: 8080 }', {}],
    ['servicebus: { namespace: company }', {}],
    ['servicebus: { namespace: Company.servicebus.windows.net }', identity],
    ['servicebus: { connectionString: "${AZURE_SERVICE_BUS_CONNECTION_STRING}" }', {}],
    [
      'servicebus: { namespace: 127.0.0.1 }',
      {
        AZURE_SERVICE_BUS_CONNECTION_STRING: BUS.replace('company.servicebus.windows.net/', '127.0.0.1:5672'),
      },
    ],
  ])('%s agrees with %j', (proxy, env) => {
    expect(load(proxy, env).problems).toEqual([])
  })

  test.each<[string, Environment, string]>([
    ['proxy: { port: 8080 }', { PUBLIC_URL: 'https://gateway.example' }, 'proxy.port'],
    ['servicebus: { namespace: other }', {}, 'servicebus.namespace'],
    ['servicebus: { namespace: other }', identity, 'servicebus.namespace'],
    [`servicebus: { connectionString: "${BUS}2" }`, {}, 'servicebus.connectionString'],
    [`servicebus: { connectionString: "${BUS}" }`, identity, 'servicebus.connectionString'],
  ])('%s does not agree with %j', (proxy, env, setting) => {
    const { problems } = load(proxy, env)
    expect(problems).toMatchObject([
      { setting, message: expect.stringMatching(/proxy-config\.yaml, line 1: .*The app settings count\.$/) },
    ])
    expect(JSON.stringify(problems)).not.toContain('s3cret')
  })
})

test('a file of the workspace is read as it is now, with its variables', () => {
  const config = load(undefined, { NAME: 'value' })
  expect(config.readFile('more.yaml')).toMatchObject({ value: {}, isReadable: true })
  writeFileSync(join(appDirectory, 'workspace/more.yaml'), 'key: ${NAME}')
  expect(config.readFile('more.yaml').value).toEqual({ key: 'value' })
})

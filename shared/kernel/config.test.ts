import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, loadConfig, type LoadOptions } from './config.ts'
import type { Problem } from './config/problem.ts'

let root: string
let count = 0

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'config-'))
})
afterAll(() => rmSync(root, { recursive: true }))

/** Loads with a gateway.yaml of this text. */
const load = (yaml?: string, options: Omit<LoadOptions, 'appDirectory'> = {}): Config => {
  const appDirectory = join(root, String(++count))
  mkdirSync(join(appDirectory, 'workspace'), { recursive: true })
  if (yaml !== undefined) writeFileSync(join(appDirectory, 'workspace/gateway.yaml'), yaml)
  return loadConfig({ env: {}, ...options, appDirectory })
}

/** The problems with keys of gateway.yaml: without those of services that no test here has. */
const problemsOf = (config: Config): Problem[] =>
  config.problems.filter(({ setting }) => !/CONNECTION_STRING|Storage|SECRET_KEY/.test(setting))

describe('a setting', () => {
  test('has its default without any source', () => {
    const config = load()
    expect(config.streams).toMatchObject({
      slice_seconds: 200,
      comment_seconds: 15,
      poll_seconds: 2,
      ticket_minutes: 5,
    })
    expect(config.service_bus).toMatchObject({ topic: 'agent-events', subscription: 'gateway' })
    expect(config.storage.accounts).toEqual([['AzureWebJobsStorage']])
    expect(config.environment).toBe('production')
    expect(problemsOf(config)).toEqual([])
  })

  test('of the file beats the default, of the environment the file, of code the environment', () => {
    const yaml = 'streams:\n  slice_seconds: 10\n  poll_seconds: 10\n  ttl_hours: 10\n'
    const env = { AGENT_GATEWAY_STREAMS__POLL_SECONDS: '20', AGENT_GATEWAY_STREAMS__TTL_HOURS: '20' }
    const config = load(yaml, { env, overrides: { streams: { ttl_hours: 30 } } })
    expect(config.streams).toMatchObject({
      slice_seconds: 10,
      poll_seconds: 20,
      ttl_hours: 30,
      comment_seconds: 15,
    })
    expect(problemsOf(config)).toEqual([])
  })

  test('of the environment has the type that the setting wants', () => {
    const env = {
      AGENT_GATEWAY_CORS__ENABLED: 'TRUE',
      AGENT_GATEWAY_CORS__MAX_AGE: '60',
      AGENT_GATEWAY_CORS__ALLOW_ORIGINS: 'https://a.example, https://b.example',
      AGENT_GATEWAY_CORS__ALLOW_METHODS: '["GET"]',
      AGENT_GATEWAY_SECURITY__STRICT_TRANSPORT_SECURITY: '',
      AGENT_GATEWAY_SECURITY__X_FRAME_OPTIONS: '1',
      AGENT_GATEWAY_STORAGE__ACCOUNTS: '["First", ["SecondA", "SecondB"]]',
    }
    const config = load(undefined, { env })
    expect(config.cors).toMatchObject({
      enabled: true,
      max_age: 60,
      allow_origins: ['https://a.example', 'https://b.example'],
      allow_methods: ['GET'],
    })
    expect(config.security).toMatchObject({ strict_transport_security: '', x_frame_options: '1' })
    expect(config.storage.accounts).toEqual([['First'], ['SecondA', 'SecondB']])
    expect(problemsOf(config).map(({ setting }) => setting)).toEqual(['First', 'SecondA', 'SecondB'])
  })

  test('with a name of its own in the environment is found under it', () => {
    const env = {
      AZURE_SERVICE_BUS_TOPIC_NAME: 'my-events',
      AZURE_SERVICE_BUS_SUBSCRIPTION_NAME: '',
      PUBLIC_URL: 'https://gateway.example',
      LOG_LEVEL: 'debug',
      AGENT_TIMEOUT: '120',
      CLEANUP_INTERVAL: '30',
      MAX_CONNECTIONS: '500',
      CONNECTION_TIMEOUT: '10',
    }
    const config = load('service_bus:\n  topic: other\n', { env })
    expect(config.service_bus).toMatchObject({ topic: 'my-events', subscription: 'gateway' })
    expect([config.server.public_url, config.log.level]).toEqual(['https://gateway.example', 'debug'])
    expect(config.signaling).toMatchObject({
      agent_timeout: 120,
      cleanup_interval: 30,
      max_connections: 500,
      connection_timeout: 10,
    })
  })

  test('of a list entry can be given by its number; numbers may be left out', () => {
    const env = {
      AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: 'a-key-of-the-gateway-1',
      AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'ui',
      AGENT_GATEWAY_AUTH__API_KEYS__7__HASH: 'AB'.repeat(32),
      AGENT_GATEWAY_AUTH__API_KEYS__7__NAME: 'ops',
      AGENT_GATEWAY_AUTH__API_KEYS__7__SCOPES: 'admin,streams:read',
    }
    expect(load(undefined, { env }).auth.api_keys).toEqual([
      { name: 'ui', hash: '4c72ea5f9a7910e4f5e0d4a08974c22d76464b1fb580081259dbf5087430851b', scopes: ['*'] },
      { name: 'ops', hash: 'ab'.repeat(32), scopes: ['admin', 'streams:read'] },
    ])
  })
})

describe('a reference in the file', () => {
  test('is replaced by the variable, anywhere in a text', () => {
    const yaml = 'auth:\n  api_keys:\n    - {name: "${WHO}-key", key: "${PART}-the-rest-of-it"}\n'
    const config = load(yaml, { env: { WHO: 'ui', PART: 'one' } })
    expect(config.auth.api_keys).toMatchObject([{ name: 'ui-key' }])
    expect(config.auth.api_keys).toEqual(
      load('auth:\n  api_keys:\n    - {name: ui-key, key: one-the-rest-of-it}\n').auth.api_keys,
    )
  })

  test('to a variable that is not defined is a problem, and the key is not the text of the reference', () => {
    const config = load('auth:\n  api_keys:\n    - name: ui\n      key: "${NOT_THERE_AT_ALL}"\n')
    expect(config.auth.api_keys).toEqual([])
    expect(problemsOf(config)[0]).toMatchObject({
      setting: 'auth.api_keys.0.key',
      message: expect.stringMatching(/gateway\.yaml, line 4: .*NOT_THERE_AT_ALL/),
      remedy: expect.stringContaining('NOT_THERE_AT_ALL'),
    })
  })
})

describe('a problem', () => {
  test('names file, line and key; the default holds and the rest of the file too', () => {
    const config = load('streams:\n  slice_seconds: 100\n  poll_seconds: often\ncors:\n  alow_origins: []\n')
    expect(config.streams).toMatchObject({ slice_seconds: 100, poll_seconds: 2 })
    expect(problemsOf(config)).toMatchObject([
      {
        setting: 'streams.poll_seconds',
        message: expect.stringMatching(/gateway\.yaml, line 3: .*expected number/),
      },
      {
        setting: 'cors.alow_origins',
        message: expect.stringMatching(/gateway\.yaml, line 5: .*no such setting/),
      },
    ])
  })

  test('names the variable that causes it', () => {
    const env = { AGENT_GATEWAY_STREAMS__SLICE_SECONDS: '500', AGENT_GATEWAY_STREAM__SLICE_SECONDS: '5' }
    const config = load(undefined, { env })
    expect(config.streams.slice_seconds).toBe(200)
    expect(problemsOf(config)).toMatchObject([
      {
        setting: 'AGENT_GATEWAY_STREAM__SLICE_SECONDS',
        message: expect.stringContaining('names no setting'),
      },
      {
        setting: 'streams.slice_seconds',
        message: expect.stringMatching(/^AGENT_GATEWAY_STREAMS__SLICE_SECONDS: .*230/),
      },
    ])
  })

  test('of code is said to be one', () => {
    const config = load(undefined, { overrides: { streams: { max_viewers: 0 } } })
    expect(problemsOf(config)).toMatchObject([{ message: expect.stringMatching(/^given in code: /) }])
  })

  test('of broken YAML names the line, and the file is ignored', () => {
    const config = load('streams:\n  slice_seconds: 100\n  poll_seconds: "1\n')
    expect(config.streams.slice_seconds).toBe(200)
    expect(problemsOf(config)).toMatchObject([
      { setting: 'gateway.yaml', message: expect.stringMatching(/line \d/) },
    ])
  })

  test('of a file that is no mapping is named, and an empty file is none', () => {
    expect(problemsOf(load('- a\n- b\n'))).toMatchObject([{ setting: 'gateway.yaml' }])
    expect(problemsOf(load(''))).toEqual([])
    expect(problemsOf(load('# nothing\n'))).toEqual([])
  })

  test('are credentials for the origin "*"', () => {
    const config = load('cors:\n  enabled: true\n  allow_credentials: true\n')
    expect(config.cors).toMatchObject({ enabled: false, allow_credentials: false })
    expect(problemsOf(config)).toMatchObject([{ setting: 'cors.allow_credentials' }])
  })

  test('in cors allows no origin at all until it is mended', () => {
    const enabled = 'cors:\n  enabled: true\n'
    for (const origins of ['https://app.example', '"${ORIGINS_THAT_ARE_NOT_SET}"', '[1]']) {
      const config = load(`${enabled}  allow_origins: ${origins}\n`)
      expect(config.cors.enabled).toBe(false)
      expect(problemsOf(config)).toMatchObject([{ message: expect.stringContaining('cors is ignored') }])
    }
  })

  test('is not a section that is empty', () => {
    const config = load('cors:\nstreams:\n  poll_seconds:\n')
    expect([problemsOf(config), config.streams.poll_seconds]).toEqual([[], 2])
  })

  test('of one API key leaves the others', () => {
    const config = load(`auth:
  api_keys:
    - {name: short, key: short}
    - {name: none}
    - {name: good, key: a-key-of-the-gateway-1}
    - {name: both, key: a-key-of-the-gateway-1, hash: "${'0'.repeat(64)}"}
    - {name: scope, key: a-key-of-the-gateway-1, scopes: ["a b"]}
    - {name: blank, key: a key that nobody can send}
`)
    expect(config.auth.api_keys.map(({ name }) => name)).toEqual(['good'])
    expect(problemsOf(config).map(({ setting }) => setting)).toEqual([
      'auth.api_keys.0.key',
      'auth.api_keys.1',
      'auth.api_keys.3',
      'auth.api_keys.4.scopes.0',
      'auth.api_keys.5.key',
    ])
  })

  test('never shows the value that is wrong', () => {
    const config = load('auth:\n  api_keys:\n    - {name: x, key: hunter2}\n')
    expect(JSON.stringify(config.problems)).not.toContain('hunter2')
  })

  test('never stops the gateway, whatever the file says', () => {
    const name = fc.constantFrom(
      'streams',
      'cors',
      'auth',
      'storage',
      'api_keys',
      'accounts',
      'enabled',
      'x',
      '__proto__',
      '0',
    )
    const anything = fc.jsonValue({ maxDepth: 3 })
    const tree = fc.dictionary(name, fc.oneof(anything, fc.dictionary(name, anything)))
    fc.assert(
      fc.property(tree, (value) => {
        const config = load(JSON.stringify(value))
        expect(config.streams.slice_seconds).toBeGreaterThan(0)
        expect(config.storage.accounts.length).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the secret', () => {
  test('is taken from the environment', () => {
    const env = { AGENT_GATEWAY_SECRET_KEY: 'x'.repeat(32) }
    const config = load(undefined, { env })
    expect([config.secretKey(), config.usesDevelopmentSecret]).toEqual(['x'.repeat(32), false])
  })

  test('is a known one on a development machine, the same in every process', () => {
    const env = { AZURE_FUNCTIONS_ENVIRONMENT: 'development' }
    expect(load(undefined, { env }).usesDevelopmentSecret).toBe(true)
    expect(load(undefined, { env }).secretKey()).toBe(load(undefined, { env }).secretKey())
  })

  test('that is missing or short is a problem, and using it says so', () => {
    for (const env of [
      {},
      { AGENT_GATEWAY_SECRET_KEY: 'short' },
      { AGENT_GATEWAY_SECRET_KEY: 'short', AZURE_FUNCTIONS_ENVIRONMENT: 'Development' },
    ]) {
      const config = load(undefined, { env })
      expect(config.problems).toContainEqual(expect.objectContaining({ setting: 'AGENT_GATEWAY_SECRET_KEY' }))
      expect(() => config.secretKey()).toThrow(
        expect.objectContaining({ code: 'not_configured', status: 503 }),
      )
    }
  })
})

describe('earlier secrets', () => {
  const [now, before, first] = ['n', 'b', 'f'].map((letter) => letter.repeat(40))
  const ringOf = (previous: string): { keys: string[]; settings: string[] } => {
    const env = { AGENT_GATEWAY_SECRET_KEY: now, AGENT_GATEWAY_SECRET_KEY_PREVIOUS: previous }
    const config = load(undefined, { env })
    const settings = config.problems.map(({ setting }) => setting)
    return { keys: config.secretKeys(), settings: settings.filter((setting) => setting.includes('SECRET')) }
  }

  test('stand after the present one', () => {
    expect(ringOf(`${before}, ${first},`)).toEqual({ keys: [now, before, first], settings: [] })
    expect(ringOf('')).toEqual({ keys: [now], settings: [] })
  })

  test('that are too short are ignored, and a problem', () => {
    const settings = ['AGENT_GATEWAY_SECRET_KEY_PREVIOUS']
    expect(ringOf(`short,${before}`)).toEqual({ keys: [now, before], settings })
  })
})

test('exceptions of the egress guard come as a list, and what is no exception is a problem', () => {
  const env = { AGENT_GATEWAY_EGRESS__ALLOW: '10.0.0.0/8,*.internal,agent:8080' }
  expect(load(undefined, { env }).egress.allow).toEqual(['10.0.0.0/8', '*.internal', 'agent:8080'])
  const config = load('egress: { allow: ["https://agent.internal", localhost] }')
  expect(config.egress.allow).toEqual(['localhost'])
  expect(problemsOf(config)).toMatchObject([{ setting: 'egress.allow.0' }])
})

test('a workspace that is named but not there is a problem', () => {
  const env = { AGENT_GATEWAY_WORKSPACE: 'not-there' }
  expect(problemsOf(load(undefined, { env }))).toMatchObject([{ setting: 'AGENT_GATEWAY_WORKSPACE' }])
  expect(problemsOf(loadConfig({ env: {}, appDirectory: join(root, 'not-there') }))).toEqual([])
})

test('the workspace is where the environment says, seen from the app', () => {
  const appDirectory = join(root, 'app')
  expect(loadConfig({ env: {}, appDirectory }).workspace).toBe(join(appDirectory, 'workspace'))
  expect(loadConfig({ env: { AGENT_GATEWAY_WORKSPACE: '../ws' }, appDirectory }).workspace).toBe(
    join(root, 'ws'),
  )
  expect(loadConfig({ env: { AzureWebJobsScriptRoot: appDirectory } }).workspace).toBe(
    join(appDirectory, 'workspace'),
  )
})

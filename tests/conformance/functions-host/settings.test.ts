import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFunctionsHost } from '../../../local/functions-host/start-functions-host.ts'
import { findPortBase } from '../../e2e/support/find-port-base.ts'
import { buildApp, startFixture } from './fixture.ts'

const SOURCE = `
import { app } from '@azure/functions'
app.http('env', {
  authLevel: 'anonymous',
  handler: async (request) => ({ jsonBody: Object.fromEntries((request.query.get('names') ?? '').split(',').map((name) => [name, process.env[name] ?? null])) }),
})
app.http('limit', { authLevel: 'anonymous', handler: async () => ({ jsonBody: Error.stackTraceLimit }) })
app.http('other', { authLevel: 'anonymous', handler: async () => ({ body: 'other' }) })
`

const readEnv = async (url: string, ...names: string[]): Promise<unknown> =>
  (await fetch(`${url}/env?names=${names.join(',')}`)).json()

describe('local.settings.json', () => {
  test('fills the app’s environment; the real environment wins; null is skipped, empty kept', async () => {
    const host = await startFixture(SOURCE, {
      env: { FROM_BOTH: 'environment' },
      localSettings: {
        Values: { FROM_FILE: 'file', FROM_BOTH: 'file', EMPTY: '', NOTHING: null },
        ConnectionStrings: { Store: 'plain', Other: { ConnectionString: 'nested' } },
      },
    })
    const names = [
      'FROM_FILE',
      'FROM_BOTH',
      'EMPTY',
      'NOTHING',
      'ConnectionStrings:Store',
      'ConnectionStrings:Other',
    ]
    expect(await readEnv(`${host.url}/api`, ...names)).toEqual({
      FROM_FILE: 'file',
      FROM_BOTH: 'environment',
      EMPTY: '',
      NOTHING: null,
      'ConnectionStrings:Store': 'plain',
      'ConnectionStrings:Other': 'nested',
    })
    await host.logged(/The setting FROM_BOTH of local\.settings\.json is overridden/)
    await host.stop()
  })

  test('beside what the tools set themselves', async () => {
    const host = await startFixture(SOURCE)
    const names = [
      'AZURE_FUNCTIONS_ENVIRONMENT',
      'WEBSITE_HOSTNAME',
      'AzureWebJobsScriptRoot',
      'FUNCTIONS_WORKER_RUNTIME',
    ]
    expect(await readEnv(`${host.url}/api`, ...names)).toEqual({
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      WEBSITE_HOSTNAME: new URL(host.url).host,
      AzureWebJobsScriptRoot: host.directory,
      FUNCTIONS_WORKER_RUNTIME: 'node',
    })
    await host.stop()
  })

  test('passes languageWorkers__node__arguments to node', async () => {
    const Values = { languageWorkers__node__arguments: '--stack-trace-limit=7' }
    const host = await startFixture(SOURCE, { localSettings: { Values } })
    expect(await (await fetch(`${host.url}/api/limit`)).json()).toBe(7)
    await host.stop()
  })

  test('that is named but missing ends the start with its path', async () => {
    await expect(startFixture(SOURCE, { settings: '/none/local.settings.json' })).rejects.toThrow(
      '/none/local.settings.json does not exist',
    )
  })
})

describe('Host of local.settings.json', () => {
  test('says where to listen', async () => {
    const LocalHttpPort = await findPortBase()
    const app = await buildApp(SOURCE, {
      localSettings: { Host: { LocalHttpPort, LocalHttpAddress: '127.0.0.2' } },
    })
    const host = await startFunctionsHost({ app })
    expect(host.url).toBe(`http://127.0.0.2:${LocalHttpPort}`)
    expect((await fetch(`${host.url}/api/other`)).status).toBe(200)
    await host.stop()
    await rm(app, { recursive: true })
  })
})

describe('host.json', () => {
  test('adds strict transport security to answers over https', async () => {
    const hsts = { isEnabled: true, maxAge: '1.00:00:00', includeSubDomains: true }
    const read = (name: string): Buffer =>
      readFileSync(join(import.meta.dirname, `../web-pubsub/tls/${name}.pem`))
    const tls = { cert: read('cert'), key: read('key') }
    const host = await startFixture(SOURCE, { tls, hostJson: { extensions: { http: { hsts } } } })
    const [response] = (await once(get(`${host.url}/api/other`, { ca: tls.cert }), 'response')) as [
      IncomingMessage,
    ]
    expect(response.headers['strict-transport-security']).toBe('max-age=86400; includeSubDomains')
    response.resume()
    await host.stop()
  })

  test('sets the prefix of routes, which may be empty', async () => {
    const host = await startFixture(SOURCE, { hostJson: { extensions: { http: { routePrefix: '' } } } })
    expect((await fetch(`${host.url}/other`)).status).toBe(200)
    expect((await fetch(`${host.url}/api/other`)).status).toBe(404)
    await host.stop()
  })

  test('is overridden by AzureFunctionsJobHost__ settings in any case', async () => {
    const host = await startFixture(SOURCE, {
      hostJson: { extensions: { http: { routePrefix: 'v1' } } },
      env: { azurefunctionsjobhost__Extensions__HTTP__routeprefix: 'v2' },
    })
    expect((await fetch(`${host.url}/v2/other`)).status).toBe(200)
    await host.stop()
  })

  test('with a wrong value ends the start naming it', async () => {
    const hostJson = { functionTimeout: 'soon', extensions: { serviceBus: { maxBatchWaitTime: '00:03:00' } } }
    await expect(startFixture(SOURCE, { hostJson })).rejects.toThrow(
      /host\.json is wrong\. functionTimeout: .*TimeSpan.*maxBatchWaitTime: at most 00:02:30/,
    )
  })
})

describe('a disabled function', () => {
  test('does not run and is listed as disabled', async () => {
    const host = await startFixture(SOURCE, { env: { 'AzureWebJobs.other.Disabled': 'true' } })
    expect((await fetch(`${host.url}/api/other`)).status).toBe(404)
    const [about] = [await (await fetch(`${host.url}/admin/functions/other`)).json()]
    expect(about).toMatchObject({ isDisabled: true })
    await host.stop()
  })
})

describe('an app that cannot run ends the start with one clear error', () => {
  const broken = [
    ['throws while it loads', `throw new Error('no database')`, /cannot be loaded.*no database/s],
    ['registers nothing', `console.log('nothing to do')`, /registered no function/],
    [
      'registers a name twice',
      `import { app } from '@azure/functions'
       app.http('a', { handler: async () => ({}) }); app.http('a', { handler: async () => ({}) })`,
      /already been registered/,
    ],
  ] as const

  test.each(broken)('%s', async (_name, source, message) => {
    await expect(startFixture(source)).rejects.toThrow(message)
  })

  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broken-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('has no bundle', async () => {
    await writeFile(join(folder, 'package.json'), '{"main":"dist/*.cjs"}')
    await writeFile(join(folder, 'host.json'), '{"version":"2.0"}')
    await expect(startFunctionsHost({ app: folder, port: 0 })).rejects.toThrow(/No file matches "main"/)
    await expect(startFunctionsHost({ app: join(folder, 'none'), port: 0 })).rejects.toThrow(/is no folder/)
  })

  test('bundled without the external core registers nothing, and says so', async () => {
    const directory = await buildApp(SOURCE)
    await writeFile(join(directory, 'index.cjs'), `require = undefined; module.exports = {}`)
    await expect(startFunctionsHost({ app: directory, port: 0 })).rejects.toThrow(
      /Is @azure\/functions-core external in the bundle/,
    )
    await rm(directory, { recursive: true })
  })
})

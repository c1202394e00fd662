import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app } from '@azure/functions'
for (const authLevel of ['anonymous', 'function', 'admin'] as const) {
  app.http('needs_' + authLevel, { authLevel, handler: async (request) => ({ jsonBody: request.params }) })
}
app.http('orders', { authLevel: 'function', handler: async () => ({ body: 'orders' }) })
app.http('answers', {
  methods: ['GET', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: async (request) => ({ body: request.method, headers: { 'access-control-allow-origin': 'app' } }),
})
app.warmup('warm', { handler: () => { console.log('warmed up') } })
app.serviceBusQueue('worker', { connection: 'Missing', queueName: 'q', handler: () => {} })
app.timer('ticker', { schedule: '0 0 0 1 1 *', handler: (timer, context) => { context.log('ran', timer.isPastDue, timer.schedule.adjustForDST) } })
`

let host: Fixture
beforeAll(async () => {
  host = await startFixture(SOURCE)
})
afterAll(() => host.stop())

const status = async (from: Fixture, path: string, init: RequestInit = {}): Promise<number> =>
  (await fetch(from.url + path, init)).status

describe('keys', () => {
  test('are not asked for unless authentication is enabled', async () => {
    expect(await status(host, '/api/needs_admin')).toBe(200)
    expect(await status(host, '/api/needs_function')).toBe(200)
  })

  test('open a function by header or query, the header winning; 401 has no body', async () => {
    const secured = await startFixture(SOURCE, {
      enableAuth: true,
      keys: { master: 'm', default: 'd', orders: 'o' },
    })
    const code = (path: string, headers: Record<string, string> = {}): Promise<number> =>
      status(secured, path, { headers })
    expect(await code('/api/needs_anonymous')).toBe(200)
    expect(await code('/api/needs_function')).toBe(401)
    expect(await code('/api/needs_function?code=wrong')).toBe(401)
    expect(await code('/api/needs_function?code=d')).toBe(200)
    expect(await code('/api/needs_function?code=m')).toBe(200)
    expect(await code('/api/needs_function', { 'x-functions-key': 'd' })).toBe(200)
    expect(await code('/api/needs_function?code=d', { 'x-functions-key': 'wrong' })).toBe(401)
    expect(await code('/api/needs_function?code=o')).toBe(401)
    expect(await code('/api/orders?code=o')).toBe(200)
    expect(await code('/api/needs_admin?code=d')).toBe(401)
    expect(await code('/api/needs_admin?code=m')).toBe(200)
    const refused = await fetch(`${secured.url}/api/needs_function`)
    expect(await refused.text()).toBe('')
    expect(await code('/admin/host/ping')).toBe(200)
    expect(await code('/admin/host/status')).toBe(401)
    expect(await code('/admin/host/status?code=d')).toBe(401)
    expect(await code('/admin/host/status?code=m')).toBe(200)
    await secured.stop()
  })
})

describe('the host’s own routes', () => {
  test('a home page at / that a setting turns off', async () => {
    const response = await fetch(`${host.url}/`)
    expect(response.headers.get('content-type')).toContain('text/html')
    const plain = await startFixture(SOURCE, { env: { AzureWebJobsDisableHomepage: 'true' } })
    expect(await status(plain, '/')).toBe(204)
    await plain.stop()
  })

  test('an unknown path is 404 without a body', async () => {
    const response = await fetch(`${host.url}/nowhere`)
    expect([response.status, await response.text()]).toEqual([404, ''])
    expect(await status(host, '/runtime/webhooks/none')).toBe(404)
  })

  test('/admin/host/status tells the state and the errors', async () => {
    const body = await (await fetch(`${host.url}/admin/host/status`)).json()
    expect(body).toMatchObject({
      state: 'Running',
      errors: expect.arrayContaining([
        expect.stringContaining("'worker' function is in error: Service Bus connection 'Missing'"),
      ]),
    })
  })

  test('/admin/functions lists every function with its bindings', async () => {
    const list = await (await fetch(`${host.url}/admin/functions`)).json()
    expect(list).toContainEqual(
      expect.objectContaining({
        name: 'orders',
        invoke_url_template: `${host.url}/api/orders`,
        config: expect.objectContaining({
          bindings: expect.arrayContaining([
            expect.objectContaining({ type: 'httpTrigger', direction: 'in' }),
          ]),
        }),
      }),
    )
    expect(await status(host, '/admin/functions/ORDERS')).toBe(200)
    expect(await status(host, '/admin/functions/none')).toBe(404)
  })

  test('POST /admin/functions/{name} runs a function', async () => {
    const post = (name: string, body: string): Promise<number> =>
      status(host, `/admin/functions/${name}`, { method: 'POST', body })
    expect(await post('ticker', '{"input":""}')).toBe(202)
    expect(await host.logged(/^ran false true$/)).toMatchObject({ functionName: 'ticker' })
    expect(await post('none', '{}')).toBe(404)
    expect(await post('ticker', 'no json')).toBe(400)
    expect(await post('orders', '{}')).toBe(202)
    await host.logged(/An HttpRequest is required/)
  })

  test('/admin/warmup runs the warmup function', async () => {
    expect(await status(host, '/admin/warmup')).toBe(200)
    await host.logged(/^warmed up$/)
  })
})

describe('CORS', () => {
  const preflight = (origin: string): RequestInit => ({
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'x-a',
    },
  })

  test('is the app’s own matter where the settings say nothing', async () => {
    const response = await fetch(`${host.url}/api/answers`, preflight('https://a.example'))
    expect(response.headers.get('access-control-allow-origin')).toBe('app')
    expect(await response.text()).toBe('OPTIONS')
  })

  test('with origins in the settings is answered by the host', async () => {
    const cors = await startFixture(SOURCE, {
      localSettings: { Host: { CORS: 'https://a.example, https://b.example', CORSCredentials: true } },
    })
    const allowed = await fetch(`${cors.url}/api/answers`, preflight('https://b.example'))
    expect(allowed.status).toBe(204)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'https://b.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'x-a',
    })
    const refused = await fetch(`${cors.url}/api/answers`, preflight('https://c.example'))
    expect(refused.status).toBe(204)
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    const simple = await fetch(`${cors.url}/api/needs_anonymous`, {
      headers: { origin: 'https://a.example' },
    })
    expect(simple.headers.get('access-control-allow-origin')).toBe('https://a.example')
    await cors.stop()
  })
})

describe('static files', () => {
  test('are served under their folder’s name with an index, and nothing outside of it', async () => {
    const outer = await mkdtemp(join(tmpdir(), 'static-'))
    const folder = join(outer, 'examples')
    await mkdir(join(folder, 'inner'), { recursive: true })
    await writeFile(join(outer, 'secret.txt'), 'secret')
    await writeFile(join(folder, 'page.html'), '<p>page</p>')
    await writeFile(join(folder, 'inner', 'index.html'), '<p>index</p>')
    await symlink(join(outer, 'secret.txt'), join(folder, 'link.txt'))
    const served = await startFixture(SOURCE, { static: folder })
    const page = await fetch(`${served.url}/examples/page.html`)
    expect([page.headers.get('content-type'), await page.text()]).toEqual([
      'text/html; charset=utf-8',
      '<p>page</p>',
    ])
    expect(await (await fetch(`${served.url}/examples`)).text()).toContain('<a href="page.html">')
    expect(await (await fetch(`${served.url}/examples/inner/`)).text()).toBe('<p>index</p>')
    expect(await status(served, '/examples/link.txt')).toBe(404)
    expect(await status(served, '/examples/none')).toBe(404)
    expect(await status(served, '/examples/page.html', { method: 'POST' })).toBe(405)
    const head = await fetch(`${served.url}/examples/page.html`, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe('11')

    const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
    socket.write('GET /examples/..%2fsecret.txt HTTP/1.1\r\nHost: x\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /)
    socket.destroy()
    await served.stop()
    await rm(outer, { recursive: true })
  })
})

describe('throttles', () => {
  test('let no more than maxConcurrentRequests run at once; the others wait', async () => {
    const throttled = await startFixture(
      `import { app } from '@azure/functions'
       let release = () => {}
       app.http('slow', { authLevel: 'anonymous', handler: async (request) => { console.log('began ' + request.query.get('n')); await new Promise<void>((resolve) => { release = resolve }); return {} } })
       app.timer('release', { schedule: '0 0 0 1 1 *', handler: () => release() })`,
      { hostJson: { extensions: { http: { maxConcurrentRequests: 1 } } } },
    )
    const release = () => fetch(`${throttled.url}/admin/functions/release`, { method: 'POST', body: '{}' })
    const first = status(throttled, '/api/slow?n=1')
    await throttled.logged(/began 1/)
    const second = status(throttled, '/api/slow?n=2')
    await status(throttled, '/admin/host/ping')
    expect(throttled.logs.some(({ message }) => message === 'began 2')).toBe(false)
    await release()
    await throttled.logged(/began 2/)
    await release()
    expect(await Promise.all([first, second])).toEqual([200, 200])
    await throttled.stop()
  })

  test('answer 429 above maxOutstandingRequests', async () => {
    const throttled = await startFixture(
      `import { app } from '@azure/functions'
       let release = () => {}
       app.http('slow', { authLevel: 'anonymous', handler: async () => { console.log('slow began'); await new Promise<void>((resolve) => { release = resolve }); return { status: 200 } } })
       app.timer('release', { schedule: '0 0 0 1 1 *', handler: () => release() })`,
      { hostJson: { extensions: { http: { maxOutstandingRequests: 1 } } } },
    )
    const first = fetch(`${throttled.url}/api/slow`)
    await throttled.logged(/slow began/)
    const refused = await fetch(`${throttled.url}/api/slow`)
    expect([refused.status, refused.headers.get('x-ms-scaleout')]).toEqual([429, '1'])
    await fetch(`${throttled.url}/admin/functions/release`, { method: 'POST', body: '{}' })
    expect((await first).status).toBe(200)
    await throttled.stop()
  })
})

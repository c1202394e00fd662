import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { get } from 'node:https'
import { join } from 'node:path'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from '../../../local/service/listen.ts'
import { buildApp } from './fixture.ts'

const MAIN = join(import.meta.dirname, '../../../local/functions-host/main.ts')
const TLS = join(import.meta.dirname, '../web-pubsub/tls')

type Program = {
  /** The ready line, parsed. */
  ready: Promise<{ service: string; ready: boolean; url: string; port: number }>
  ended: Promise<{ code: number | null; stderr: string }>
  kill(): void
}

const run = (...args: string[]): Program => {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ready = once(child.stdout, 'data').then(([line]) => JSON.parse(String(line)))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }))
  return { ready, ended, kill: () => child.kill('SIGTERM') }
}

const SOURCE = `
import { app } from '@azure/functions'
app.setup({ enableHttpStream: true })
app.http('hello', { authLevel: 'function', handler: async (request, context) => { context.log('said hello'); return { body: request.url } } })
app.http('throws', { authLevel: 'anonymous', handler: async () => { throw new Error('boom') } })
`
let app: string
beforeAll(async () => {
  app = await buildApp(SOURCE)
})
afterAll(() => rm(app, { recursive: true }))

describe('the program', () => {
  test('prints where it is, logs readably to stderr, and ends cleanly on SIGTERM', async () => {
    const program = run('--app', app, '--port', '0')
    const { service, ready, url, port } = await program.ready
    expect([service, ready, url]).toEqual(['functions-host', true, `http://127.0.0.1:${port}`])
    expect(await (await fetch(`${url}/api/hello`)).text()).toBe(`${url}/api/hello`)
    program.kill()
    const { code, stderr } = await program.ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info hello [0-9a-f]{8}: said hello$/m)
  })

  test('in strict mode ends with an error after a request that would hang on Azure', async () => {
    const program = run('--app', app, '--port', '0', '--strict')
    const { url } = await program.ready
    expect((await fetch(`${url}/api/throws`)).status).toBe(500)
    program.kill()
    expect(await program.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1 failure(s) in strict mode'),
    })
  })

  test('checks the keys it was given', async () => {
    const program = run('--app', app, '--port', '0', '--enable-auth', '--key', 'master=m,hello=h')
    const { url } = await program.ready
    expect((await fetch(`${url}/api/hello`)).status).toBe(401)
    expect((await fetch(`${url}/api/hello?code=h`)).status).toBe(200)
    program.kill()
    await program.ended
  })

  test('speaks TLS, and the app sees https', async () => {
    const program = run(
      '--app',
      app,
      '--port',
      '0',
      '--tls-cert',
      `${TLS}/cert.pem`,
      '--tls-key',
      `${TLS}/key.pem`,
    )
    const { url } = await program.ready
    const outgoing = get(`${url}/api/hello`, { ca: readFileSync(`${TLS}/cert.pem`) })
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect((await response.toArray()).join('')).toBe(`${url}/api/hello`)
    program.kill()
    await program.ended
  })

  test('ends with one clear line when its port is taken', async () => {
    const server = createServer()
    const port = await listen(server, { host: '127.0.0.1', port: 0 })
    const { code, stderr } = await run('--app', app, '--port', String(port)).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^functions-host: port ${port} is taken\\..*\\n$`))
    server.close()
  })

  test.each([
    [['--app', '/none'], '/none is no folder'],
    [['--app', 'APP', '--settings', '/none.json'], '/none.json does not exist'],
    [['--app', 'APP', '--layout', 'round'], '--layout'],
    [['--app', 'APP', '--enable-auth'], '--enable-auth needs keys'],
    [['--app', 'APP', '--tls-cert', 'cert.pem'], '--tls-cert and --tls-key belong together'],
    [['--app', 'APP', '--upgrade', '/ws'], "--upgrade: '/ws' is no path and the http address"],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('ends with one clear line for %j', async (args, message) => {
    const { code, stderr } = await run(...args.map((arg) => (arg === 'APP' ? app : arg))).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^functions-host: [^\n]*\n$/)
    expect(stderr).toContain(message)
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from '../../../local/service/listen.ts'
import { buildApp } from '../functions-host/fixture.ts'
import { fail, start, type Service } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'programs-'))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const junk = file('junk.pem', 'no\ncertificate\n')

let app: string
beforeAll(async () => {
  app = await buildApp(
    `import { app } from '@azure/functions'
     app.timer('tick', { schedule: '0 0 0 1 1 *', handler: () => {} })`,
  )
})
afterAll(() => {
  for (const directory of [app, folder]) rmSync(directory, { recursive: true })
})

const services = (): Record<string, Service> => ({
  'service-bus': { name: 'service-bus', options: ['--port', '0', '--management-port', '0'] },
  'web-pubsub': { name: 'web-pubsub', options: ['--port', '0'] },
  'functions-host': { name: 'functions-host', options: ['--port', '0', '--app', app] },
  storage: { name: 'storage', options: ['--table-port', '0', '--blob-port', '0'] },
})
const serviceOf = (name: string): Service => services()[name] ?? { name, options: [] }

describe.each(Object.keys(services()))('%s, a program', (name) => {
  test('says on its first line where it is, lets tests steer it, and ends with 0 on SIGTERM', async () => {
    const { ready, stop } = await start(serviceOf(name))
    expect(ready).toMatchObject({ service: name, ready: true })
    const control = `http://127.0.0.1:${ready.managementPort || ready.port}/__local`
    const advance = { method: 'POST', body: JSON.stringify({ advanceMs: 3_600_000 }) }
    const { now } = (await (await fetch(`${control}/clock`, advance)).json()) as { now: string }
    expect(Date.parse(now)).toBeGreaterThan(Date.now() + 3_000_000)
    const fault = { method: 'POST', body: JSON.stringify({ operation: 'none', action: 'hold' }) }
    expect(await (await fetch(`${control}/faults`, fault)).json()).toMatchObject({ id: 1 })
    expect(await (await fetch(`${control}/meter`)).json()).toHaveProperty('total')
    expect((await fetch(`${control}/faults`, { method: 'POST', body: '{}' })).status).toBe(400)
    expect(await stop()).toBe(0)
  })

  test.each([
    { what: 'files that are no certificate', args: ['--tls-cert', junk, '--tls-key', junk], says: 'in PEM' },
    { what: 'an address of another machine', args: ['--host', '192.0.2.1'], says: '--host' },
    { what: 'an option that it does not have', args: ['--colour', 'red'], says: '--tls-cert' },
  ])('tells of $what in one line', async ({ args, says }) => {
    const { code, stderr } = await fail(serviceOf(name), args)
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^${name}: .*${says}.*\\n$`))
  })
})

test.each([
  { name: 'service-bus', args: ['--data', junk] },
  { name: 'service-bus', args: ['--config', junk] },
  { name: 'web-pubsub', args: ['--config', junk] },
  { name: 'functions-host', args: ['--static', '/none'] },
  { name: 'functions-host', args: ['--app', file('package.json', '{') && folder] },
  { name: 'functions-host', args: ['--data', file('timers.json', '{') && folder] },
  { name: 'storage', args: ['--data', junk] },
])(
  '$name with a wrong file, $args, names it in one line',
  async ({ name, args: [option = '', path = ''] }) => {
    const { code, stderr } = await fail(serviceOf(name), [option, path])
    expect(code).toBe(1)
    expect(
      stderr.split('\n').filter((line) => line.startsWith(`${name}: `) && line.includes(path)),
    ).toHaveLength(1)
    expect(stderr).not.toMatch(/^ +at /m)
  },
)

test('a taken management port names the option that chooses another one', async () => {
  const server = createServer()
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  const { stderr } = await fail({ name: 'service-bus', options: [] }, [
    '--port',
    '0',
    '--management-port',
    String(port),
  ])
  server.close()
  expect(stderr).toBe(
    `service-bus: port ${port} is taken. Stop the program that holds it, or choose another port with --management-port.\n`,
  )
})

import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app } from '@azure/functions'

app.hook.appStart((context) => { context.hookData.a = 1; console.log('appStart hook') })
app.hook.appTerminate(() => { console.log('appTerminate hook') })

app.http('pid', { authLevel: 'anonymous', handler: async () => ({ jsonBody: { pid: process.pid } }) })
app.http('wait', { authLevel: 'anonymous', handler: () => { console.log('wait began'); return new Promise(() => {}) } })
app.http('crash', { authLevel: 'anonymous', handler: async () => { void Promise.reject(new Error('floating')); return new Promise(() => {}) } })
app.http('log', {
  authLevel: 'anonymous',
  handler: async (request, context) => {
    context.warn('context', { n: 1 })
    console.log('console')
    process.stderr.write('stderr without end')
    process.stderr.write(' of line\\nsecond\\n')
    return { status: 200 }
  },
})
app.timer('clean', { schedule: '0 0 0 1 1 *', handler: () => { console.log('clean in ' + process.pid) } })
app.timer('sweep', { schedule: '0 0 0 1 1 *', handler: () => { console.log('sweep in ' + process.pid) } })
`

const Pid = z.object({ pid: z.number() })
const Processes = z.object({
  processes: z.array(
    z.object({ pid: z.number(), role: z.string(), restarts: z.number(), state: z.string() }),
  ),
})

const readPid = async (host: Fixture): Promise<number> =>
  Pid.parse(await (await fetch(`${host.url}/api/pid`)).json()).pid

const listProcesses = async (host: Fixture): Promise<z.infer<typeof Processes>['processes']> =>
  Processes.parse(await (await fetch(`${host.url}/__local/processes`)).json()).processes

const kill = (host: Fixture, body: object): Promise<Response> =>
  fetch(`${host.url}/__local/kill`, { method: 'POST', body: JSON.stringify(body) })

describe('one process for the whole app', () => {
  let host: Fixture
  beforeAll(async () => {
    host = await startFixture(SOURCE)
  })
  afterAll(() => host.stop())

  test('runs all functions, outside of the host’s own process', async () => {
    const pid = await readPid(host)
    expect(pid).not.toBe(process.pid)
    expect(await listProcesses(host)).toEqual([{ pid, role: 'app', restarts: 0, state: 'running' }])
  })

  test('logs what the app says with function and invocation', async () => {
    await fetch(`${host.url}/api/log`)
    const lines = host.logs.filter(
      ({ functionName, category }) => functionName === 'log' && category === 'user',
    )
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warning', 'context { n: 1 }'],
      ['information', 'console'],
      ['warning', 'stderr without end of line'],
      ['warning', 'second'],
    ])
    expect(new Set(lines.map(({ invocationId }) => invocationId)).size).toBe(1)
  })

  test('ends with an unhandled rejection, takes running requests along and is started again', async () => {
    const before = await readPid(host)
    const waiting = fetch(`${host.url}/api/wait`)
    await host.logged(/wait began/)
    const crashing = fetch(`${host.url}/api/crash`)
    expect((await waiting).status).toBe(502)
    expect((await crashing).status).toBe(502)
    await host.logged(/Uncaught exception, the app ends: Error: floating/)
    await host.logged(/The app process ended \(exit code 1\); it starts again now/)
    expect(await readPid(host)).not.toBe(before)
  })

  test('answers 503 while a crash loop pauses, and comes back after the pause', async () => {
    const looping = await startFixture(SOURCE)
    expect((await fetch(`${looping.url}/api/crash`)).status).toBe(502)
    expect((await fetch(`${looping.url}/api/crash`)).status).toBe(502)
    await looping.logged(/it starts again in 250 ms/)
    const refused = await fetch(`${looping.url}/api/pid`)
    expect([refused.status, await refused.text()]).toEqual([503, 'Function host is not running.'])
    looping.controls.clock.advance(250)
    expect(await readPid(looping)).toBeGreaterThan(0)
    await looping.stop()
  })

  test('is killed on request and replaced at once', async () => {
    const before = await readPid(host)
    expect((await kill(host, { function: 'clean' })).status).toBe(200)
    await host.logged(/The app process ended \(SIGKILL\)/)
    expect(await readPid(host)).not.toBe(before)
    expect((await kill(host, { http: 7 })).status).toBe(404)
    expect((await kill(host, { port: 7 })).status).toBe(400)
  })

  test('runs its hooks at start and end', async () => {
    const hooked = await startFixture(SOURCE)
    await hooked.logged(/^appStart hook$/)
    await hooked.stop()
    expect(hooked.logs.at(-2)?.message).toBe('appTerminate hook')
  })
})

describe('the flex layout', () => {
  let host: Fixture
  beforeAll(async () => {
    host = await startFixture(SOURCE, { layout: 'flex', http: 2 })
  })
  afterAll(() => host.stop())

  test('gives HTTP its processes in turns and every other function one of its own', async () => {
    const processes = await listProcesses(host)
    expect(processes.map(({ role }) => role)).toEqual(['http-0', 'http-1', 'clean', 'sweep'])
    expect(new Set(processes.map(({ pid }) => pid)).size).toBe(4)
    const seen = new Set([await readPid(host), await readPid(host), await readPid(host)])
    expect([...seen].toSorted()).toEqual(
      processes
        .slice(0, 2)
        .map(({ pid }) => pid)
        .toSorted(),
    )
    for (const role of ['clean', 'sweep']) {
      await fetch(`${host.url}/admin/functions/${role}`, { method: 'POST' })
      await host.logged(new RegExp(`^${role} in ${processes.find((known) => known.role === role)?.pid}$`))
    }
  })

  test('replaces one killed process; the others live on', async () => {
    const before = await listProcesses(host)
    await kill(host, { function: 'sweep' })
    await host.logged(/^The app process ended \(SIGKILL\)/)
    await fetch(`${host.url}/admin/functions/sweep`, { method: 'POST' })
    await host.logged(new RegExp(`^sweep in (?!${before[3]?.pid}$)`))
    const after = await listProcesses(host)
    expect(after.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 1])
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3))
    await kill(host, { http: 1 })
    expect(await readPid(host)).toBeGreaterThan(0)
  })

  test('has no warmup', async () => {
    expect((await fetch(`${host.url}/admin/warmup`)).status).toBe(404)
  })
})

describe('functionTimeout', () => {
  test('ends the app process and the request that ran too long', async () => {
    const host = await startFixture(SOURCE, { hostJson: { functionTimeout: '00:01:00' } })
    const before = await readPid(host)
    const waiting = fetch(`${host.url}/api/wait`)
    await host.logged(/wait began/)
    host.controls.clock.advance(60_000)
    expect((await waiting).status).toBe(500)
    await host.logged(/Timeout value of 60000 ms was exceeded/)
    expect(await readPid(host)).not.toBe(before)
    await host.stop()
  })
})

describe('what Azure refuses an app', () => {
  test('registrations and hooks after the start', async () => {
    const host = await startFixture(`
      import { app } from '@azure/functions'
      const attempt = (what: () => unknown) => { try { what(); return 'done' } catch (error) { return (error as Error).message } }
      const atStart = attempt(() => app.hook.log(() => {}))
      app.http('late', {
        authLevel: 'anonymous',
        handler: async () => ({ jsonBody: [atStart, attempt(() => app.http('later', { handler: async () => ({}) })), attempt(() => app.setup({ enableHttpStream: true }))] }),
      })
    `)
    expect(await (await fetch(`${host.url}/api/late`)).json()).toEqual([
      'Log hooks require Azure Functions Host v4.34 or higher.',
      'A function can only be registered during app startup.',
      "Setup options can't be changed after app startup has finished.",
    ])
    await host.stop()
  })
})

describe('invocation hooks', () => {
  test('see and change inputs, handler and result, and may turn a failure into success', async () => {
    const host = await startFixture(`
      import { app } from '@azure/functions'
      app.hook.preInvocation((context) => {
        context.hookData.order = ['pre ' + context.invocationContext.functionName]
        const { functionHandler } = context
        context.functionHandler = (...args) => { context.hookData.order.push('handler'); return functionHandler(...args) }
      })
      app.hook.postInvocation((context) => {
        context.hookData.order.push('post ' + (context.error === null ? 'ok' : context.error.message))
        if (context.error !== null) { context.error = null; context.result = { status: 299 } }
        context.result.jsonBody = context.hookData.order
      })
      app.http('fine', { authLevel: 'anonymous', handler: async () => ({ status: 200 }) })
      app.http('failing', { authLevel: 'anonymous', handler: async () => { throw new Error('caught') } })
    `)
    const fine = await fetch(`${host.url}/api/fine`)
    expect(await fine.json()).toEqual(['pre fine', 'handler', 'post ok'])
    const failing = await fetch(`${host.url}/api/failing`)
    expect([failing.status, await failing.json()]).toEqual([299, ['pre failing', 'handler', 'post caught']])
    await host.stop()
  })
})

describe('what tests steer', () => {
  let host: Fixture
  beforeAll(async () => {
    host = await startFixture(SOURCE)
  })
  afterAll(() => host.stop())
  const setFault = (fault: object): Promise<Response> =>
    fetch(`${host.url}/__local/faults`, { method: 'POST', body: JSON.stringify(fault) })

  test('the meter counts executions and their milliseconds per function', async () => {
    await readPid(host)
    await readPid(host)
    const { operations } = host.controls.meter.read()
    expect(operations).toMatchObject({ 'executions.pid': 2, 'execution-ms.pid': expect.any(Number) })
  })

  test('a client that breaks off while it asks for a kill does not end the host', async () => {
    const socket = connect(host.ready.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      'POST /__local/kill HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
    )
    await once(socket, 'data')
    socket.destroy()
    expect((await fetch(`${host.url}/api/pid`)).status).toBe(200)
  })

  test('faults refuse, disturb or cut requests and invocations', async () => {
    const pid = `${host.url}/api/pid`
    await setFault({ operation: 'http', target: '/api/pid', action: 'unavailable', count: 1 })
    expect((await fetch(pid)).status).toBe(503)
    await setFault({ operation: 'http', action: 'drop', count: 1 })
    await expect(fetch(pid)).rejects.toThrow()
    await setFault({ operation: 'invoke', target: 'pid', action: 'refuse', count: 1 })
    expect((await fetch(pid)).status).toBe(500)
    await setFault({ operation: 'invoke', target: 'wait', action: 'drop', count: 1 })
    expect((await fetch(`${host.url}/api/wait`)).status).toBe(502)
    expect((await fetch(pid)).status).toBe(200)
  })
})

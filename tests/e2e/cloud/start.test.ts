import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { readEndpoints, type Endpoints } from '../../../local/cloud/endpoints.ts'
import { findPortBase } from '../support/find-port-base.ts'
import { until } from '../support/until.ts'

/** Each test starts whole clouds, builds included. */
const LIMIT = { timeout: 90_000 }

const ROOT = resolve(import.meta.dirname, '../../..')

const createData = (): string => {
  const data = mkdtempSync(join(tmpdir(), 'start-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }))
  return data
}

type Environment = Readonly<Record<string, string>>

const run = (args: readonly string[], env: Environment = {}): ChildProcess => {
  const child = spawn(process.execPath, ['local/start.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

type Started = {
  child: ChildProcess
  endpoints: Endpoints
  /** Resolves with all output when a part of it is there. */
  printed(part: string): Promise<string>
}

/** Runs `npm start`, at free ports unless told otherwise, until it has printed its addresses. */
const start = async (data: string, args: readonly string[] = [], env: Environment = {}): Promise<Started> => {
  const child = run(['--port-base', '0', '--data', data, ...args], env)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += String(chunk)))
  const printed = async (part: string): Promise<string> => {
    while (!output.includes(part)) {
      if (child.exitCode !== null) throw new Error(output)
      await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
    }
    return output
  }
  await printed('/examples/')
  const endpoints = readEndpoints(data)
  if (endpoints === undefined) throw new Error('endpoints.json is missing')
  return { child, endpoints, printed }
}

const portsOf = (endpoints: Endpoints): number[] =>
  [...new Set(JSON.stringify(endpoints).matchAll(/127\.0\.0\.1:(\d+)/g))].map(([, port]) => Number(port))

/** Connects to every address; the sockets are the witnesses of what is left running. */
const connectAll = (endpoints: Endpoints): Promise<Socket[]> =>
  Promise.all(
    portsOf(endpoints).map(async (port) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      return socket
    }),
  )

const collect = async (child: ChildProcess): Promise<{ code: unknown; errors: string }> => {
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += String(chunk)))
  const [code] = await once(child, 'close')
  return { code, errors }
}

test(
  'npm start serves a healthy gateway with the examples, and SIGTERM stops everything with exit 0',
  LIMIT,
  async () => {
    const { child, endpoints } = await start(createData())
    const health = await fetch(`${endpoints.gateway}/health`)
    expect(await health.json()).toMatchObject({ status: 'healthy' })
    expect((await fetch(`${endpoints.gateway}/examples/watch-sse.html`)).status).toBe(200)
    expect(portsOf(endpoints)).toHaveLength(6)

    // A process that is killed may reset its connections.
    const closed = (await connectAll(endpoints)).map(
      (socket) => new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve)),
    )
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    await Promise.all(closed)
    expect(code).toBe(0)
  },
)

test('nothing outlives an npm start that is killed', LIMIT, async () => {
  const { child, endpoints } = await start(createData())
  const closed = (await connectAll(endpoints)).map((socket) => once(socket, 'close'))
  child.kill('SIGKILL')
  await Promise.all(closed)
})

test('a data folder in use and a taken port are one clear line each', LIMIT, async () => {
  const data = createData()
  const { child, endpoints } = await start(data)
  const { code, errors } = await collect(run(['--port-base', '0', '--data', data]))
  expect(code).toBe(1)
  expect(errors).toBe(
    `start: ${data} is used by process ${child.pid}. Stop it, choose another folder with --data DIR, or remove ${join(data, 'pid')} if no gateway runs there.\n`,
  )
  const taken = new URL(endpoints.gateway).port
  const second = await collect(run(['--port-base', taken, '--data', createData()]))
  expect(second.errors).toContain(`start: port ${taken} (gateway) is taken.`)
  expect(second.errors).toContain('--port-base N')
})

test(
  'with --watch a change of the workspace is built in and the app alone is started again',
  LIMIT,
  async () => {
    const workspace = createData()
    const configure = (retryMs: number): void =>
      writeFileSync(join(workspace, 'gateway.yaml'), `streams:\n  retry_ms: ${retryMs}\n`)
    configure(1234)
    const { endpoints, printed } = await start(createData(), ['--watch', '--workspace', workspace])
    const readRetry = async (): Promise<string> => {
      const response = await fetch(`${endpoints.gateway}/stream/t1`)
      const { value } = (await response.body?.getReader().read()) ?? {}
      return Buffer.from(value ?? []).toString('utf8')
    }
    expect(await readRetry()).toContain('retry: 1234')
    configure(4321)
    await printed('Rebuilt: the app runs again.')
    expect(await readRetry()).toContain('retry: 4321')
  },
)

const healthOf = async ({ gateway }: Endpoints): Promise<unknown> => {
  const response = await fetch(`${gateway}/health`)
  return response.json()
}

/** A column of `ps` about a process. */
const ask = (column: string, pid: number): string =>
  execFileSync('ps', ['eww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' })

const Processes = z.object({ processes: z.array(z.object({ pid: z.number() })) })

/** The process of the app, below its host's. */
const appProcess = async ({ gateway }: Endpoints): Promise<number> => {
  const { processes } = Processes.parse(await (await fetch(`${gateway}/__local/processes`)).json())
  return processes[0]?.pid ?? 0
}

test('ports, host, name and log level are what options and variables say', LIMIT, async () => {
  const [base, gatewayPort] = [await findPortBase(), await findPortBase()]
  const { endpoints, printed } = await start(
    createData(),
    ['--port-base', String(base), '--id', 'a-gateway'],
    { GATEWAY_HOST: '127.0.0.2', GATEWAY_PORT: String(gatewayPort), LOG_LEVEL: 'error' },
  )
  expect(endpoints.gateway).toBe(`http://127.0.0.2:${gatewayPort}`)
  expect(portsOf(endpoints)).toEqual([1, 3, 4, 5, 2].map((offset) => base + offset))
  expect(await healthOf(endpoints)).toMatchObject({ status: 'healthy' })
  expect(await printed('curl -N')).not.toContain('No API key')
  expect(ask('command', await appProcess(endpoints))).toContain('WEBSITE_SITE_NAME=a-gateway')
})

test('the app and its host are started again when they crash', LIMIT, async () => {
  const { child, endpoints, printed } = await start(createData())
  expect(await printed('curl -N')).toContain('No API key')
  const app = await appProcess(endpoints)
  process.kill(app, 'SIGKILL')
  await printed('starts again now')
  expect(await healthOf(endpoints)).toMatchObject({ status: 'healthy' })
  const next = await appProcess(endpoints)
  expect(next).not.toBe(app)
  process.kill(Number(ask('ppid', next)), 'SIGKILL')
  await printed('app ended unexpectedly (signal SIGKILL) and is started again.')
  await until('the gateway answers again', async () => (await fetch(`${endpoints.gateway}/health`)).ok)
  expect(child.exitCode).toBeNull()
})

/** The public key that follows from the secret one. */
const readKeys = async ({ gateway }: Endpoints): Promise<unknown> =>
  (await fetch(`${gateway}/.well-known/jwks.json`)).json()

test(
  'a second gateway on the broker of the first has its secret key, and the rest for itself',
  LIMIT,
  async () => {
    const data = createData()
    const { endpoints } = await start(data)
    const { serviceBus, serviceBusManagement } = endpoints
    const second = await start(createData(), ['--join', data, '--id', 'second'])
    expect(second.endpoints).toMatchObject({ serviceBus, serviceBusManagement })
    expect(second.endpoints.storage).not.toBe(endpoints.storage)
    const health = await fetch(`${second.endpoints.gateway}/health`)
    expect(await health.json()).toMatchObject({ status: 'healthy' })
    const keys = await Promise.all([endpoints, second.endpoints].map(readKeys))
    expect(keys[0]).toMatchObject({ keys: [{ kid: expect.any(String) }] })
    expect(keys[1]).toEqual(keys[0])
  },
)

const BROKER =
  'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;'

test.each([
  { what: 'an unknown option', args: ['--ports', '1'], says: '--port-base' },
  { what: 'a missing workspace', args: ['--workspace', '/none'], says: 'no folder /none' },
  {
    what: 'a broker without its endpoint',
    args: ['--service-bus', BROKER],
    says: '--service-bus-management',
  },
  {
    what: 'a broker that is not there',
    args: ['--service-bus', BROKER, '--service-bus-management', 'http://127.0.0.1:1'],
    says: 'ECONNREFUSED 127.0.0.1:1 Start it first',
  },
  {
    what: 'a folder to join with which nothing has run',
    args: ['--join', '/none', '--id', 'b'],
    says: '--join: /none has no endpoints.json',
  },
  { what: 'a second deployment without a name', args: ['--join', '/none'], says: 'Give this one --id NAME' },
  {
    what: 'two brokers',
    args: ['--join', '/none', '--id', 'b', '--service-bus', BROKER],
    says: '--join and --service-bus',
  },
  { what: 'a wrong port', env: { GATEWAY_PORT: 'http' }, says: 'GATEWAY_PORT' },
  { what: 'an address of another machine', env: { GATEWAY_HOST: '192.0.2.1' }, says: 'GATEWAY_HOST' },
])('$what is one clear line', LIMIT, async ({ args = [], env = {}, says }) => {
  const free = ['--port-base', '0', '--data', createData()]
  const { code, errors } = await collect(run([...free, ...args], env))
  expect(code).toBe(1)
  expect(errors).toMatch(/^start: .*\n$/)
  expect(errors).toContain(says)
})

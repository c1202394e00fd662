import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { readEndpoints, type Endpoints } from '../../../local/cloud/endpoints.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

const createData = (): string => {
  const data = mkdtempSync(join(tmpdir(), 'start-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }))
  return data
}

const run = (args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, ['local/start.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

/** Runs `npm start` at free ports until it has printed its addresses. */
const start = async (data: string): Promise<{ child: ChildProcess; endpoints: Endpoints }> => {
  const child = run(['--port-base', '0', '--data', data])
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => printed.push(line))
  }
  while (!printed.some((line) => line.includes('/stream/'))) {
    if (child.exitCode !== null) throw new Error(printed.join('\n'))
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
  }
  const endpoints = readEndpoints(data)
  if (endpoints === undefined) throw new Error('endpoints.json is missing')
  return { child, endpoints }
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

test('npm start serves a healthy gateway with the examples, and SIGTERM stops everything with exit 0', async () => {
  const { child, endpoints } = await start(createData())
  const health = await fetch(`${endpoints.gateway}/health`)
  expect(await health.json()).toMatchObject({ status: 'healthy' })
  expect((await fetch(`${endpoints.gateway}/examples/watch-sse.html`)).status).toBe(200)
  expect(portsOf(endpoints)).toHaveLength(6)

  const closed = (await connectAll(endpoints)).map((socket) => once(socket, 'close'))
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  await Promise.all(closed)
  expect(code).toBe(0)
})

test('nothing outlives an npm start that is killed', async () => {
  const { child, endpoints } = await start(createData())
  const closed = (await connectAll(endpoints)).map((socket) => once(socket, 'close'))
  child.kill('SIGKILL')
  await Promise.all(closed)
})

test('a data folder in use and a taken port are one clear line each', async () => {
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

test('an unknown option is told with those that exist', async () => {
  const { code, errors } = await collect(run(['--ports', '1']))
  expect(code).toBe(1)
  expect(errors).toContain('--port-base')
})

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { afterAll, expect, test } from 'vitest'
import { openRaw } from './support/raw-client.ts'

const main = new URL('../../../local/web-pubsub/main.ts', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'web-pubsub-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const run = (args: string[]): ChildProcess => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

const read = async (child: ChildProcess): Promise<{ code: unknown; stderr: string }> => {
  let stderr = ''
  child.stderr?.on('data', (text: Buffer) => {
    stderr += text.toString()
  })
  const [code] = await once(child, 'close')
  return { code, stderr }
}

type Ready = { service: string; ready: boolean; port: number; connectionString: string }

const readyLine = async (child: ChildProcess): Promise<Ready> => {
  if (child.stdout === null) throw new Error('The program has no output.')
  const [line] = await once(createInterface(child.stdout), 'line')
  return JSON.parse(String(line)) as Ready
}

const file = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

test('the program says where it is, serves the hubs of its file, and ends cleanly on SIGTERM', async () => {
  const config = file('good.json', { hubs: { open: { anonymousConnectPolicy: 'allow' } } })
  const child = run(['--port', '0', '--config', config, '--key', 'my-key'])
  const { service, ready, port, connectionString } = await readyLine(child)
  expect({ service, ready, connectionString }).toEqual({
    service: 'web-pubsub',
    ready: true,
    connectionString: `Endpoint=http://127.0.0.1:${port};AccessKey=my-key;Version=1.0;`,
  })
  const client = await openRaw(`ws://127.0.0.1:${port}/client/hubs/open`)
  await new WebPubSubServiceClient(connectionString, 'open', { allowInsecureConnection: true }).sendToAll(
    'hi',
    {
      contentType: 'text/plain',
    },
  )
  expect(await client.raw.next()).toBe('hi')
  const ended = once(child, 'close')
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
  await client.closed
})

test('a taken port is told in one line', async () => {
  const first = run(['--port', '0'])
  const { port } = await readyLine(first)
  const { code, stderr } = await read(run(['--port', String(port)]))
  expect(code).toBe(1)
  expect(stderr).toBe(
    `web-pubsub: port ${port} is taken. Stop the program that holds it, or choose another port with --port.\n`,
  )
})

test('a wrong file is refused in one line that names file and key', async () => {
  const config = file('wrong.json', { hubs: { a: { webSocketKeepAliveIntervalInSeconds: 0 } } })
  const { code, stderr } = await read(run(['--port', '0', '--config', config]))
  expect(code).toBe(1)
  expect(stderr).toMatch(/^web-pubsub: .*wrong\.json: hubs\.a\.webSocketKeepAliveIntervalInSeconds: .*\n$/)
})

test('an unknown option is refused with the options there are', async () => {
  const { code, stderr } = await read(run(['--ports', '1']))
  expect(code).toBe(1)
  expect(stderr).toContain('--secondary-key')
})

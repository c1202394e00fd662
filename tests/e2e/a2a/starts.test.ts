import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { readEndpoints, type Endpoints } from '../../../local/cloud/endpoints.ts'
import { startProgram } from '../support/start-program.ts'
import { flavours } from './clients/flavours.ts'
import { writeWorkspace } from './support/write-workspace.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** Two builds and two clouds. */
const LIMIT = { timeout: 90_000 }

const Ready = z.object({ port: z.int() })

const inFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Runs `npm start` at free ports until it has printed its addresses. */
const start = async (id: string, workspace: string, more: readonly string[] = []): Promise<Endpoints> => {
  const data = inFolder(`start-${id}`)
  const args = ['--port-base', '0', '--data', data, '--id', id, '--workspace', workspace, ...more]
  const child: ChildProcess = spawn(process.execPath, ['local/start.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += String(chunk)))
  while (!output.includes('These addresses are in')) {
    if (child.exitCode !== null) throw new Error(output)
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
  }
  const endpoints = readEndpoints(data)
  if (endpoints === undefined) throw new Error('endpoints.json is missing')
  return endpoints
}

test(
  'two `npm start` on one Service Bus: one is asked for an agent that the other one hosts',
  LIMIT,
  async () => {
    const agent = startProgram('tests/fixtures/a2a/agent-main.ts', ['--port', '0', '--version', '1.0'], {})
    const [line = ''] = await agent.printed(1)
    const { port } = Ready.parse(JSON.parse(line))
    const entries = [{ id: 'far', port, proxyId: 'b' }]
    const [a, b] = ['a', 'b'].map((id) => writeWorkspace(id, entries))
    const asked = await start('a', a ?? '')
    const management = ['--service-bus-management', asked.serviceBusManagement ?? '']
    await start('b', b ?? '', ['--service-bus', asked.serviceBus, ...management])
    const client = await flavours['1.0 JSON-RPC'](`${asked.gateway}/agents/far/`)
    expect(await client.send({ text: 'echo over the bus' })).toMatchObject({
      kind: 'task',
      state: 'completed',
      artifacts: [['echo over the bus']],
    })
  },
)

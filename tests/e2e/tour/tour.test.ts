import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { findPortBase } from '../support/find-port-base.ts'
import { until } from '../support/until.ts'
import { isRunning, listDescendants } from './list-processes.ts'
import { readTour, ROOT } from './read-tour.ts'
import { runAgent } from './run-agent.ts'
import { runUntil } from '../support/run-until.ts'
import { runStart } from './run-start.ts'

const LIMIT_MS = 120_000
const README_PORT = '7071'
const AGENT_PORT = '41241'

const idsOf = (output: string): number[] => [...output.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** The poem has 20 words; the final payload is event 20. */
const LAST = 20

/** What each block of the tour shows, and after them the blocks that call an agent, and that let two meet. */
const shows: Array<(output: string) => void> = [
  (output) => {
    expect(idsOf(output)).toEqual(from(0, LAST))
    expect(output).toContain('Published 21 events of task poem-1.')
  },
  (output) => expect(idsOf(output)).toEqual([...from(16, LAST), ...from(16, LAST)]),
  (output) => {
    expect(output).toContain('{"text":"Tyger Tyger, burning bright,\\nIn the forests')
    expect(output).toContain('"state":"closed"')
    expect(output).toContain('"next":18')
  },
  (output) => {
    const events = output.split('\n').filter((line) => line.startsWith('{"'))
    expect(events).toHaveLength(LAST + 1)
    expect(events.at(-1)).toContain('"event_type":"final_payload"')
  },
  (output) => {
    expect(output).toContain('"reason": "invalid_event"')
    expect(output).toContain('"status": "redriven"')
    expect(output).toMatch(/"events":\[\{"task_id":"poem-2","agent_id":"poet".*"late":true\}\]/)
  },
  (output) => {
    expect(output).toContain('"id":"echo"')
    expect(output).toMatch(
      /"id":1,"result":\{"task":.*TASK_STATE_COMPLETED.*"artifacts":.*"parts":\[\{"text":"hello"\}\]/,
    )
    expect(output).toMatch(/\ntask [0-9a-f-]{36}\nTyger Tyger, burning bright\n/)
  },
  (output) => {
    expect(output).toContain('"name":"alice"')
    expect(output).toMatch(/\nANSWER from did:key:z6Mk.* \{"sdp":"the session description of alice"\}\n/)
  },
]

test(
  'npm start, the whole tour of the README as it is written, and Ctrl-C: nothing is left running',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'tour-'))
    onTestFinished(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }))
    const base = await findPortBase()
    const { child, printed } = await runStart(['--port-base', String(base), '--data', data])
    expect(printed.join('\n')).toContain(`http://127.0.0.1:${base}/examples/watch-sse.html`)
    const descendants = listDescendants(child.pid ?? 0)
    expect(descendants.length).toBeGreaterThanOrEqual(5)

    const env = {
      ...process.env,
      GATEWAY_ENDPOINTS: join(data, 'endpoints.json'),
      GATEWAY_URL: `http://127.0.0.1:${base}`,
    }
    const [serve = '', ...calls] = readTour('Call agents (A2A)')
    const agentPort = await runAgent(serve)
    const [connect = '', ...meetings] = readTour('Agents that connect (signaling)')
    await runUntil(connect.trim(), (line) => line.startsWith('REGISTERED'), env)
    const blocks = [...readTour('A tour'), ...calls, ...meetings]
    expect(blocks).toHaveLength(shows.length)
    for (const [index, block] of blocks.entries()) {
      const commands = block.replaceAll(README_PORT, String(base)).replaceAll(AGENT_PORT, String(agentPort))
      const script = `set -e\n${commands}`
      const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT, env })
      shows[index]?.(stdout)
    }

    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
    await until('nothing is left running', () => !descendants.some(isRunning))
  },
  LIMIT_MS,
)

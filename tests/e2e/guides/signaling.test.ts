import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readPage } from '../support/read-page.ts'
import { runUntil } from '../support/run-until.ts'
import { until } from '../support/until.ts'
import { useCloud } from '../support/use-cloud.ts'
import { readGuide } from './read-guide.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const GUIDE_ADDRESS = 'http://127.0.0.1:7071'

const cloud = useCloud({ layout: 'single' })

/** What each command block of the guide shows, behind the first, which goes on. */
const shows: Array<(output: string) => void> = [
  (output) => {
    expect(output).toMatch(/^REGISTERED from did:key:z6Mk.*"agent_timeout":300/m)
    expect(output).toMatch(/^ANSWER from did:key:z6Mk.* \{"sdp":"the session description of alice"\}$/m)
    expect(output).toContain('The connection is closed: 1000 The agent has unregistered.')
  },
  (output) => {
    expect(output).toContain('HTTP/1.1 426')
    expect(output).toMatch(/^link: <ws:.*>; rel="alternate"/m)
    expect(output.match(/"gateway_did":"did:key:z6Mk/g)).toHaveLength(3)
    expect(output).toMatch(/"nonce":"[^"]+"/)
  },
  (output) => {
    expect(output).toMatch(/"reach":"socket","status":"healthy","did":"did:key:z6Mk.*"name":"alice"/)
    expect(output).toMatch(/"connected_agents":\d/)
    expect(output).toMatch(/"task_id":"agents".*"next":\d/)
  },
  (output) => expect(output).toBe(''),
]

test('the commands of the signaling guide do what it says, in their order', async () => {
  const { url, data } = cloud()
  const env = { ...process.env, GATEWAY_URL: url, GATEWAY_ENDPOINTS: join(data, 'endpoints.json') }
  const [start = '', ...blocks] = readGuide('signaling').blocks('sh')
  await runUntil(start.trim(), (line) => line.startsWith('REGISTERED'), env)
  expect(blocks).toHaveLength(shows.length)
  for (const [index, block] of blocks.entries()) {
    const script = `set -e\n${block.replaceAll(GUIDE_ADDRESS, url)}`
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT, env })
    shows[index]?.(stdout)
  }
  const told = await until('everything is told', async () => {
    const { events } = await readPage(cloud(), 'agents')
    return events.length >= 6 && events
  })
  for (const reason of ['unregistered', 'removed']) {
    expect(told).toContainEqual(expect.objectContaining({ payload: expect.objectContaining({ reason }) }))
  }
  const list = await fetch(`${url}/agents?reach=socket`)
  expect(await list.json()).toEqual({ agents: [], count: 0 })
})

import { randomUUID } from 'node:crypto'
import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { createIdempotencyStore } from '../../../shared/azure/tables/idempotency-store.ts'
import { createSessionStore } from '../../../shared/azure/tables/session-store.ts'
import { codeOf } from '../a2a/behaviour/reason-of.ts'
import { next, taskIdOf } from '../a2a/behaviour/scenarios.ts'
import { sketchAll } from '../a2a/behaviour/sketch.ts'
import { flavours } from '../a2a/clients/flavours.ts'
import { post, rpc, sendParams } from '../a2a/support/post.ts'
import { quietSdks } from '../a2a/support/quiet-sdks.ts'
import { agentId } from '../a2a/support/start-agents.ts'
import { useDeployments } from '../a2a/support/use-deployments.ts'
import { listDeadLetters } from '../support/dead-letters.ts'
import { readPage } from '../support/read-page.ts'
import { openSse, readFrames } from '../support/sse.ts'
import { until } from '../support/until.ts'

quietSdks()
/** Three seconds without a sign of life are enough. */
const deployments = useDeployments({
  env: {
    AGENT_GATEWAY_A2A__LEASE_SECONDS: '2',
    AGENT_GATEWAY_A2A__IDLE_MINUTES: '0.05',
    AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.1',
  },
})
const url = (): string => `${deployments().a.url}/agents/${agentId('1.0', 'elsewhere')}/`
const Letter = z.looseObject({ redriven_as: z.string() })

test('a request that its deployment could not take fails; redriven there it is made, once, and answered', async () => {
  const { a, b, agents } = deployments()
  const messageId = randomUUID()
  await b.controls.host.fault({ operation: 'invoke', target: 'a2a_requests', action: 'refuse', count: 10 })
  const answer = await post(url(), rpc('SendMessage', sendParams('hello', messageId)))
  expect(answer.body).toMatchObject({
    error: { code: -32603, message: expect.stringContaining('sign of life') },
  })
  const [letter] = await until('the request is a dead letter', async () => {
    const letters = await listDeadLetters(b)
    return letters.length === 1 && letters
  })
  const redrive = () =>
    fetch(`${b.url}/v1/admin/dead-letters/${encodeURIComponent(letter?.key ?? '')}:redrive`, {
      method: 'POST',
    })
  const { redriven_as: call } = Letter.parse(await (await redrive()).json())
  const page = await until('it is answered', async () => {
    const read = await readPage(a, call)
    return read.state === 'closed' && read
  })
  expect(JSON.stringify(page.events.at(-1))).toContain('TASK_STATE_COMPLETED')
  expect(agents.sdk['1.0'].calls.of(messageId)).toHaveLength(1)
  expect((await redrive()).status).toBe(409)
})

test('who follows a call of a deployment that is gone is told, by A2A and at /stream', async () => {
  const { a, b, agents } = deployments()
  const client = await flavours['1.0 JSON-RPC'](url())
  const events = client.stream({ text: 'slow' })
  const taskId = taskIdOf(await next(events))
  await b.controls.host.fault({ operation: 'invoke', target: 'a2a_requests', action: 'hold' })
  await b.kill('a2a_requests')
  const viewing = readFrames(await openSse(`${a.url}/stream/${taskId}`))
  expect(codeOf(await sketchAll(events).catch((error: unknown) => error))).toBe(-32603)
  const last = (await viewing).at(-1)?.data ?? ''
  expect(JSON.parse(last)).toMatchObject({ event_type: 'error', payload: { code: 'agent_failed' } })
  expect((await fetch(`${a.url}/final/${taskId}`)).status).toBe(500)
  agents.sdk['1.0'].release(taskId)
})

test('the timer has old sessions and keys deleted; a call that never ended is ended in its log', async () => {
  const { a } = deployments()
  const DAY_MS = 86_400_000
  const then = Date.now() - 2 * DAY_MS
  const open = (name: string) => connectTable({ connectionString: a.endpoints.storage }, name)
  const sessions = createSessionStore({ table: open('sessions'), ttlMs: DAY_MS })
  const clock = { now: () => then, sleep: async () => undefined }
  const keys = createIdempotencyStore({ table: open('idempotency'), clock, ttlMs: DAY_MS })
  const correlationId = ulid(then)
  const request = { subject: 'ann', agentId: 'echo', key: correlationId, bodyHash: 'h', correlationId }
  await keys.claim(request)
  await sessions.create({
    correlationId,
    agentId: 'echo',
    operation: 'send',
    subject: 'ann',
    toProxy: 'b',
    fromProxy: 'a',
    state: 'active',
    createdAt: then,
    lastActivity: then,
    epoch: 1,
  })
  const timer = `${a.url}/admin/functions/operations_sweep_timer`
  expect((await fetch(timer, { method: 'POST', body: '{}' })).status).toBe(202)
  await until('the session is deleted', async () => !(await sessions.exists(correlationId)))
  expect((await readPage(a, correlationId)).state).toBe('failed')
  await until('the key is free', async () => (await keys.claim(request)) === undefined)
  expect(await listDeadLetters(a, { entity: 'sweeps' })).toEqual([])
})

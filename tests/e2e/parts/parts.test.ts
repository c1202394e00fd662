import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { readSecretKey } from '../../../local/cloud/read-secret-key.ts'
import { Negotiation } from '../../../shared/contract/signaling/negotiation.ts'
import { connectTestAgent, type ConnectedTestAgent } from '../../fixtures/signaling/connect-test-agent.ts'
import { sendParams } from '../a2a/support/post.ts'
import { joinByHand, sendTo } from '../signaling/calls/support.ts'
import { join, joinPair } from '../signaling/support/join.ts'
import { findAgent, untilGone } from '../signaling/support/read-agents.ts'
import { createAgent } from '../support/publish.ts'
import { readHealth } from '../support/read-health.ts'
import { startGateway } from '../support/start-gateway.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { useCloud } from '../support/use-cloud.ts'
import { seqs, watchTask, type SeenEvent } from '../support/watch-task.ts'

/** The app of the cloud, to which the hub of the agents leads. */
const sockets = useCloud({ env: { PARTS: 'signaling', AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0' } })

/** The app of all other parts, on the same services. */
const startOthers = async (): Promise<TestCloud & { stop(): Promise<void> }> => {
  const cloud = sockets()
  const gateway = await startGateway(cloud, {
    PARTS: 'events,a2a,operations',
    AGENT_GATEWAY_A2A__PROXY_ID: 'local',
    AGENT_GATEWAY_SECRET_KEY: readSecretKey(cloud.data),
    AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0',
  })
  return { ...cloud, ...gateway }
}

const ask = async ({ url }: { url: string }, line: string): Promise<number> => {
  const [method = '', path = ''] = line.split(' ')
  const response = await fetch(`${url}${path}`, { method })
  await response.body?.cancel()
  return response.status
}

/** An agent whose connection does not lead through any app, until the test is over. */
const joinDirectly = async (): Promise<ConnectedTestAgent> => {
  const response = await fetch(`${sockets().url}/ws/negotiate`, { method: 'POST' })
  const { url } = Negotiation.parse(await response.json())
  const agent = await connectTestAgent(url, { payload: { capabilities: ['a2a'] } })
  onTestFinished(() => agent.drop())
  return agent
}

const about =
  ({ did }: { did: string }, status: string) =>
  ({ agent_id, payload }: SeenEvent): boolean =>
    agent_id === did && payload['status'] === status

test('each app answers for its parts alone, and both say how they are', async () => {
  const others = await startOthers()
  const agent = await join(sockets())
  for (const line of ['GET /stream/x', 'GET /final/x', 'GET /agents', 'GET /v1/admin/agents']) {
    expect(await ask(sockets(), line), line).toBe(404)
  }
  for (const line of ['POST /ws/negotiate', 'GET /ws', 'POST /ws/events/message']) {
    expect(await ask(others, line), line).toBe(404)
  }
  expect(await ask(sockets(), 'POST /ws/negotiate')).toBe(200)
  expect(await ask(others, 'GET /agents')).toBe(200)
  for (const app of [sockets(), others]) {
    await until('the agent is counted', async () => (await readHealth(app)).connected_agents > 0)
    expect(await readHealth(app)).toMatchObject({ http: 200, status: 'healthy' })
  }
  expect((await agent.settle()).type).toBe('PONG')
})

test('an agent that registers with one app is seen, called and removed by the other', async () => {
  const others = await startOthers()
  const viewer = watchTask(others, 'agents')
  const agent = await joinByHand(sockets())
  expect(await findAgent(others, agent.did)).toMatchObject({ id: agent.did, reach: 'socket' })
  await until('its coming is told', () => viewer.events.some(about(agent, 'healthy')))

  const answer = sendTo(others, agent, sendParams('hello', randomUUID()))
  const result = { message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'over two apps' }] } }
  agent.reply(await agent.asked(), { status: 'completed', result })
  expect((await answer).body).toMatchObject({ result: { message: { parts: [{ text: 'over two apps' }] } } })

  expect(await ask(others, `DELETE /v1/admin/agents/${encodeURIComponent(agent.did)}`)).toBe(204)
  await agent.closed
  await untilGone(others, agent.did)
  await until('its going is told', () => viewer.events.some(about(agent, 'unreachable')))
})

test('one app is replaced while the other serves: tasks go on, an answer on its way is not lost', async () => {
  const others = await startOthers()
  const [agent, peer] = await Promise.all([joinDirectly(), joinDirectly()])
  const task = randomUUID()
  const viewer = watchTask(others, task)
  const answer = sendTo(others, agent, sendParams('hello', randomUUID()))
  const request = await agent.next(({ type }) => type === 'EXEC_REQUEST')

  await sockets().app.stop()
  onTestFinished(() => sockets().app.start())
  const text = peer.say({ type: 'OFFER', to: agent.did, payload: { sdp: 'waits' } })
  const result = { message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'waited' }] } }
  const payload = { status: 'completed', result }
  agent.say({ type: 'EXEC_RESPONSE', to: request.from, correlation_id: request.id, payload })
  const publisher = createAgent(sockets(), { task })
  await publisher.say()
  await publisher.finish()
  expect(seqs(await viewer.over)).toEqual(upTo(2))
  expect(await findAgent(others, agent.did)).toBeDefined()

  await sockets().app.start()
  await sockets().controls.webPubSub.advance(5000)
  expect((await answer).body).toMatchObject({ result: { message: { parts: [{ text: 'waited' }] } } })
  expect((await agent.next(({ type }) => type === 'OFFER')).text).toBe(text)
})

test('agents meet while the other app is away; what happened is told when it is back', async () => {
  await (await startOthers()).stop()
  const [one, other] = await joinPair(sockets())
  const text = one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'alone' } })
  expect((await other.next(({ type }) => type === 'OFFER')).text).toBe(text)
  const back = await startOthers()
  const viewer = watchTask(back, 'agents')
  for (const agent of [one, other]) {
    await until('its coming is told', () => viewer.events.some(about(agent, 'healthy')))
  }
})

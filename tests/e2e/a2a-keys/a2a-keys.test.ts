import { rmSync } from 'node:fs'
import { type AgentCard, verifyAgentCardSignature } from '@a2a-js/sdk'
import { afterAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startSdkAgent } from '../../fixtures/a2a/start-sdk-agent.ts'
import { bearer, operator } from '../access/callers.ts'
import { flavours } from '../a2a/clients/flavours.ts'
import { post, rpc, sendParams } from '../a2a/support/post.ts'
import { writeWorkspace } from '../a2a/support/write-workspace.ts'
import { useCloud } from '../support/use-cloud.ts'

const PLANNER_KEY = 'planner-0123456789abcdef'
const planner = bearer(PLANNER_KEY)

const agent = await startSdkAgent({ version: '1.0' })
const workspace = writeWorkspace('north', [
  { id: 'echo', port: agent.port, proxyId: 'north', cardSignatures: 'resign' },
  { id: 'other', port: agent.port, proxyId: 'north' },
])
afterAll(async () => {
  await agent.stop()
  rmSync(workspace, { recursive: true, force: true })
})

const cloud = useCloud({
  id: 'north',
  env: {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
    AGENT_GATEWAY_WORKSPACE: workspace,
    AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.1',
    AGENT_GATEWAY_A2A__DEFAULT_AGENT: 'echo',
    AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'planner',
    AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: PLANNER_KEY,
    AGENT_GATEWAY_AUTH__API_KEYS__0__SCOPES: 'agents:invoke:echo',
  },
})

const Jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })

const send = (path: string, headers: Record<string, string>) =>
  post(`${cloud().url}${path}`, rpc('SendMessage', sendParams('message-only', crypto.randomUUID())), headers)

describe('a gateway that wants keys', () => {
  test('lets a key call its agents alone, by every way to them', async () => {
    expect((await send('/agents/echo', {})).status).toBe(401)
    expect((await send('/agents/other', planner)).status).toBe(403)
    expect((await send('/v1/messages:send', planner)).status).toBe(403)
    expect((await send('/agents/echo/v1/message:send', {})).status).toBe(401)
    expect((await send('/agents/echo', planner)).body).toMatchObject({ result: { message: {} } })
    expect((await send('/', {})).status).toBe(401)
    expect((await send('/', planner)).body).toMatchObject({ result: { message: {} } })
  })

  // The client of 0.2 sends no headers of its own.
  test.for(['1.0 JSON-RPC', '1.0 REST', '0.3 JSON-RPC', '0.3 REST'] as const)(
    'serves the official client of %s with its default agent at the origin',
    async (flavour) => {
      const client = await flavours[flavour](`${cloud().url}/`, planner)
      expect(await client.send({ text: 'message-only' })).toMatchObject({
        kind: 'message',
        parts: ['only a message'],
      })
    },
  )

  test('tells the agent whose key it was, and never the key', async () => {
    await send('/agents/echo', { ...planner, 'x-from-agent': 'forged' })
    const calls = agent.requests.filter(({ method }) => method === 'POST')
    expect(calls.at(-1)?.headers['x-from-agent']).toBe('planner')
    expect(JSON.stringify(agent.requests)).not.toContain(PLANNER_KEY)
  })

  test('shows cards to everyone, but not where the agent is', async () => {
    const base = `${cloud().url}/agents/echo`
    const card = await fetch(`${base}/.well-known/agent-card.json`)
    const text = await card.text()
    expect(card.status).toBe(200)
    expect(text).not.toContain(String(agent.port))
    expect(JSON.parse(text)).toMatchObject({ securitySchemes: { gateway: { scheme: 'bearer' } } })
    expect((await fetch(`${base}/upstream-card.json`)).status).toBe(401)
    const upstream = await fetch(`${base}/upstream-card.json`, { headers: planner })
    expect(await upstream.text()).toContain(String(agent.port))
    expect((await fetch(`${cloud().url}/.well-known/api-catalog`, { headers: operator })).status).toBe(401)
  })

  test('signs cards with a key that it publishes', async () => {
    const response = await fetch(`${cloud().url}/agents/echo/.well-known/agent-card.json`)
    const card: AgentCard = JSON.parse(await response.text())
    const verify = verifyAgentCardSignature(async (kid, jku = '') => {
      const { keys } = Jwks.parse(await (await fetch(jku)).json())
      return keys.find((key) => key.kid === kid) ?? {}
    })
    await expect(verify(card)).resolves.toBeUndefined()
  })
})

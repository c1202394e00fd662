import { describe, expect, test } from 'vitest'
import type { Agent } from '../../registry/agent.ts'
import { systemClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { testAgent } from '../../../tests/fixtures/test-agent.ts'
import { type AgentCards, type AgentCardsOptions, createAgentCards } from './agent-cards.ts'
import { createApiCatalog } from './api-catalog.ts'
import { deriveSigningKey } from './signing-key.ts'

const echo = testAgent('team/echo', { origin: 'file', fqdn: '10.0.0.7:9000', proxyId: 'a' })

const upstream = '{ "name": "Echo", "description": "d", "version": "1", "url": "http://10.0.0.7:9000/" }'
const log = createLog({ level: 'error', clock: systemClock, write: () => {} })

const create = (agent: Partial<Agent> = {}, options: Partial<AgentCardsOptions> = {}): AgentCards =>
  createAgentCards({
    getAgent: async (id) => (id === echo.id ? { ...echo, ...agent } : undefined),
    getCard: async () => ({ text: upstream, etag: '"u1"' }),
    gatewayId: 'north',
    trustForwardedHost: false,
    needsKey: false,
    signingKey: () => deriveSigningKey('secret'),
    log,
    ...options,
  })

const asking = (headers: Record<string, string> = {}): { headers: Headers; url: URL } => ({
  headers: new Headers(headers),
  url: new URL('http://gateway.example/agents/x/.well-known/agent-card.json'),
})

type Shown = { status: number; headers: Record<string, string>; card: Record<string, unknown> }

const show = async (answer: ReturnType<AgentCards['agent']>): Promise<Shown> => {
  const { status, headers = {}, ...rest } = await answer
  return { status, headers, card: 'text' in rest ? JSON.parse(rest.text) : {} }
}

describe('the card of an agent', () => {
  test('leads to the gateway, whatever is in the id, and may be kept for a minute', async () => {
    const { status, headers, card } = await show(create().agent(asking(), 'team/echo'))
    expect([status, card.url, card.name]).toEqual([200, 'http://gateway.example/agents/team%2Fecho', 'Echo'])
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=60',
      vary: 'A2A-Version',
      etag: expect.stringMatching(/^W\/"/),
    })
  })

  test('is not sent again to who has it', async () => {
    const cards = create({ cardSignatures: 'resign' })
    const { headers } = await show(cards.agent(asking(), 'team/echo'))
    const etag = headers.etag ?? ''
    for (const known of [etag, `"x", ${etag}`, etag.replace('W/', ''), '*']) {
      expect(await cards.agent(asking({ 'if-none-match': known }), 'team/echo')).toMatchObject({
        status: 304,
      })
    }
    expect((await show(cards.agent(asking({ 'if-none-match': '"x"' }), 'team/echo'))).status).toBe(200)
  })

  test('is strict only for a client of 1.0, where the agent is set so', async () => {
    const strict = create({ strictCard: true })
    const modern = asking({ 'a2a-version': '1.0' })
    expect((await show(strict.agent(modern, 'team/echo'))).card).not.toHaveProperty('url')
    expect((await show(strict.agent(asking(), 'team/echo'))).card).toHaveProperty('url')
    expect((await show(create().agent(modern, 'team/echo'))).card).toHaveProperty('url')
  })

  test('is signed by the gateway where the agent is set so', async () => {
    const { card } = await show(create({ cardSignatures: 'resign' }).agent(asking(), 'team/echo'))
    expect(card.signatures).toEqual([{ protected: expect.any(String), signature: expect.any(String) }])
    expect((await show(create().agent(asking(), 'team/echo'))).card).not.toHaveProperty('signatures')
  })

  test.each([
    ['cannot be had', () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:9000'))],
    ['is none', async () => ({ text: '<html>10.0.0.7' })],
  ])('that %s is a minimal one with an error that tells nothing of the inside', async (_why, getCard) => {
    const { status, headers, card } = await show(create({}, { getCard }).agent(asking(), 'team/echo'))
    expect(status).toBe(200)
    expect(headers).not.toHaveProperty('etag')
    expect(card).toMatchObject({
      name: 'team/echo',
      description: 'Agent team/echo',
      url: 'http://gateway.example/agents/team%2Fecho',
      version: 'unknown',
      error: expect.stringContaining('cannot be reached'),
    })
    expect(JSON.stringify(card)).not.toContain('10.0.0.7')
  })

  test('of an agent nobody knows is not found', async () => {
    await expect(create().agent(asking(), 'nobody')).rejects.toMatchObject({ status: 404 })
    await expect(create().upstream('nobody')).rejects.toMatchObject({ status: 404 })
  })

  test('is there unmodified too', async () => {
    expect(await create().upstream('team/echo')).toMatchObject({ text: upstream, headers: { etag: '"u1"' } })
    const gone = create({}, { getCard: () => Promise.reject(new Error('gone')) })
    await expect(gone.upstream('team/echo')).rejects.toMatchObject({ status: 503 })
  })

  test('stands whole in a list', async () => {
    expect(await create().listed(echo, asking())).toMatchObject({ name: 'Echo', skills: [] })
    const gone = create({}, { getCard: () => Promise.reject(new Error('gone')) })
    expect(await gone.listed(echo, asking())).toHaveProperty('error')
  })

  test('that is extended leads to the gateway as well', async () => {
    const text = await create().extended(asking(), 'team/echo', upstream)
    expect(JSON.parse(text)).toMatchObject({ name: 'Echo', url: 'http://gateway.example/agents/team%2Fecho' })
  })
})

describe('the card at the origin', () => {
  test('is the gateway’s own, which promises no REST', async () => {
    const { card } = await show(create().origin(asking()))
    expect(card).toMatchObject({
      name: 'A2A Proxy north',
      url: 'http://gateway.example',
      capabilities: { streaming: true, pushNotifications: true },
      additionalInterfaces: [{ transport: 'JSONRPC', url: 'http://gateway.example' }],
    })
    expect(JSON.stringify(card)).not.toContain('HTTP+JSON')
  })

  test('is that of the default agent, where there is one', async () => {
    const { card } = await show(create({}, { defaultAgent: 'team/echo' }).origin(asking()))
    expect(card).toMatchObject({
      name: 'Echo',
      url: 'http://gateway.example',
      additionalInterfaces: [
        { transport: 'JSONRPC', url: 'http://gateway.example' },
        { transport: 'HTTP+JSON', url: 'http://gateway.example/agents/team%2Fecho' },
      ],
    })
  })
})

test('the catalog lists every agent with its endpoint and its card, however many there are', async () => {
  const catalog = createApiCatalog({
    registry: {
      list: async (_filter, { limit }) => ({ agents: [echo, { ...echo, id: 'zoe' }].slice(0, limit) }),
    },
    trustForwardedHost: false,
  })
  const { headers, card } = await show(catalog(asking()))
  expect(headers['content-type']).toContain('application/linkset+json')
  expect(card).toEqual({
    linkset: [
      {
        anchor: 'http://gateway.example/.well-known/api-catalog',
        item: [
          { href: 'http://gateway.example/agents/team%2Fecho' },
          { href: 'http://gateway.example/agents/zoe' },
        ],
      },
      expect.objectContaining({ anchor: 'http://gateway.example/agents/team%2Fecho' }),
      {
        anchor: 'http://gateway.example/agents/zoe',
        'service-desc': [
          { href: 'http://gateway.example/agents/zoe/.well-known/agent-card.json', type: 'application/json' },
        ],
      },
    ],
  })
})

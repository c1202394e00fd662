import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { agentAt, callOf, collect, openUpstream } from '../../../tests/support/open-upstream.ts'
import { type RawAgent, sendJson, startRawAgent } from '../../../tests/support/start-raw-agent.ts'

const card = { url: 'http://agent.example/a2a', capabilities: { streaming: true } }
let raw: RawAgent
beforeAll(async () => void (raw = await startRawAgent()))
afterAll(() => raw.stop())
beforeEach(() => void raw.requests.splice(0))

const unavailable = { value: { reason: 'AGENT_UNAVAILABLE' } }

test('a card is looked for where the registry says, then where the standard says', async () => {
  raw.answer = ({ path }, response) =>
    path.endsWith('agent-card.json') ? sendJson(response, card) : void response.writeHead(404).end()
  const { facts, text } = await openUpstream().cards.get(agentAt(raw.url))
  expect(JSON.parse(text)).toEqual(card)
  expect(facts.streaming).toBe(true)
  expect(raw.requests.map(({ path, headers }) => [path, headers['a2a-version']])).toEqual([
    ['/.well-known/agent.json', '1.0'],
    ['/.well-known/agent-card.json', '1.0'],
  ])
})

test('an agent of an older version is not told of a newer one', async () => {
  raw.answer = (_, response) => sendJson(response, card)
  await openUpstream().cards.get(agentAt(raw.url, { protocol: { version: '0.3' } }))
  expect(raw.requests[0]?.headers).not.toHaveProperty('a2a-version')
})

test('a card that is known is asked for by its ETag', async () => {
  let changed = false
  raw.answer = ({ headers }, response) => {
    if (headers['if-none-match'] === '"1"' && !changed) return void response.writeHead(304).end()
    return void response.writeHead(200, { etag: '"1"' }).end(JSON.stringify({ ...card, changed }))
  }
  const { cards } = openUpstream({ cardCacheSeconds: 0 })
  const first = await cards.get(agentAt(raw.url))
  expect(await cards.get(agentAt(raw.url))).toBe(first)
  changed = true
  expect(JSON.parse((await cards.get(agentAt(raw.url))).text).changed).toBe(true)
})

test.each([
  ['no JSON', (): string => '<html>'],
  ['no interface that is spoken', (): string => JSON.stringify({ url: 'x', preferredTransport: 'GRPC' })],
  ['too large', (): string => JSON.stringify({ ...card, name: 'x'.repeat(1024 * 1024) })],
])('%s: the call is not made', async (_, body) => {
  raw.answer = (_request, response) => void response.end(body())
  const { callAgent, cards } = openUpstream()
  await expect(cards.get(agentAt(raw.url))).rejects.toMatchObject(unavailable)
  const call = collect(
    callAgent(agentAt(raw.url), callOf('get', { id: 't' }), { signal: AbortSignal.any([]) }),
  )
  await expect(call).rejects.toMatchObject(unavailable)
  expect(raw.requests.every(({ method }) => method === 'GET')).toBe(true)
})

test('neither card: the message says how to do without', async () => {
  raw.answer = (_, response) => void response.writeHead(404).end()
  await expect(openUpstream().cards.get(agentAt(raw.url))).rejects.toThrow(/HTTP 404.*pin protocol.version/)
})

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { agentAt, callOf, collect, openUpstream } from '../../../tests/support/open-upstream.ts'
import {
  type RawAgent,
  type RawRequest,
  sendJson,
  startRawAgent,
} from '../../../tests/support/start-raw-agent.ts'
import { testSealing } from '../../../tests/support/test-sealing.ts'
import type { AgentAuth } from '../../registry/agent.ts'
import { sealAuth } from '../../registry/seal-auth.ts'

const signal = new AbortController().signal
const get = callOf(
  'get',
  { id: 't' },
  { headers: { 'x-from-agent': 'alice', authorization: 'Bearer gateway' } },
)
const done = { id: 't', contextId: 'c', status: { state: 'TASK_STATE_COMPLETED' } }

let raw: RawAgent
let tokens = 0
let life: number | undefined = 3600
const anyToken = (token: string | undefined): boolean => token !== ''
const accepts = { token: anyToken }

const answer: RawAgent['answer'] = (request, response) => {
  if (request.path === '/token') {
    sendJson(response, { access_token: `t${++tokens}`, ...(life === undefined ? {} : { expires_in: life }) })
  } else if (accepts.token(request.headers.authorization))
    sendJson(response, { jsonrpc: '2.0', id: 1, result: done })
  else response.writeHead(401).end()
}

beforeAll(async () => void (raw = await startRawAgent()))
afterAll(() => raw.stop())
beforeEach(() => {
  raw.requests.splice(0)
  raw.answer = answer
  accepts.token = anyToken
  ;[tokens, life] = [0, 3600]
})

const agentWith = (auth: AgentAuth) =>
  agentAt(raw.url, {
    protocol: { version: '1.0', binding: 'jsonrpc' },
    auth: sealAuth(auth, 'echo', testSealing),
  })

const ask = async (auth: AgentAuth, credentials?: string): Promise<RawRequest | undefined> => {
  const { callAgent } = openUpstream()
  const call = { ...get, ...(credentials === undefined ? {} : { credentials }) }
  await collect(callAgent(agentWith(auth), call, { signal }))
  return raw.requests.at(-1)
}

test('none: nothing that the caller sent to the gateway travels on as proof', async () => {
  const request = await ask({ type: 'none' }, 'Bearer theirs')
  expect(request?.headers.authorization).toBeUndefined()
  expect(request?.headers['x-from-agent']).toBe('alice')
})

test('bearer, API key in a header and in the query', async () => {
  expect((await ask({ type: 'bearer', token: 's3' }))?.headers.authorization).toBe('Bearer s3')
  const header = await ask({ type: 'apiKey', in: 'header', name: 'X-Key', value: 'k' })
  expect(header?.headers['x-key']).toBe('k')
  const query = await ask({ type: 'apiKey', in: 'query', name: 'code', value: 'a b&c' })
  expect(query?.path).toBe('/?code=a+b%26c')
})

test('Entra: a token of the gateway for the scope', async () => {
  const request = await ask({ type: 'entra', scope: 'api://agent/.default' })
  expect(request?.headers.authorization).toBe('Bearer entra api://agent/.default')
})

test('passthrough: the credentials of the caller, or none', async () => {
  expect((await ask({ type: 'passthrough' }, 'Basic abc'))?.headers.authorization).toBe('Basic abc')
  expect((await ask({ type: 'passthrough' }))?.headers.authorization).toBeUndefined()
})

const oauth2 = (): AgentAuth => ({
  type: 'oauth2',
  tokenUrl: `${raw.url}/token`,
  clientId: 'gate way',
  clientSecret: 'p:w',
  scopes: ['a', 'b'],
})

test('OAuth2: one token for calls at one time, kept until a minute before it expires', async () => {
  let now = 0
  const clock = { now: () => now, sleep: () => new Promise<void>(() => undefined) }
  const { callAgent } = openUpstream({ clock })
  const call = () => collect(callAgent(agentWith(oauth2()), get, { signal }))
  await Promise.all([call(), call(), call()])
  expect(tokens).toBe(1)
  const [first] = raw.requests
  expect(first?.body).toBe('grant_type=client_credentials&scope=a+b')
  const basic = Buffer.from('gate+way:p%3Aw').toString('base64')
  expect(first?.headers.authorization).toBe(`Basic ${basic}`)
  now = 3540_000 - 1
  await call()
  expect(tokens).toBe(1)
  now = 3540_000
  await call()
  expect(raw.requests.at(-1)?.headers.authorization).toBe('Bearer t2')
})

test('OAuth2: a token that is refused is renewed once, for all who were refused', async () => {
  const { callAgent } = openUpstream()
  const call = () => collect(callAgent(agentWith(oauth2()), get, { signal }))
  await call()
  accepts.token = (token) => token === 'Bearer t2'
  await Promise.all([call(), call()])
  expect(tokens).toBe(2)
  accepts.token = () => false
  await expect(call()).rejects.toMatchObject({ value: { reason: 'AGENT_FAILED' } })
  expect(tokens).toBe(3)
})

test('OAuth2: without a token the call is not made, and the next one asks again', async () => {
  const { callAgent } = openUpstream()
  const call = () => collect(callAgent(agentWith(oauth2()), get, { signal }))
  raw.answer = (_, response) => sendJson(response, { error: 'invalid_client', client_secret: 'p:w' }, 400)
  const error = await call().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ value: { reason: 'AGENT_UNAVAILABLE' } })
  expect(String(error)).not.toContain('p:w')
  expect(raw.requests.map(({ path }) => path)).toEqual(['/token'])
  raw.answer = answer
  expect(await call()).toHaveLength(1)
})

test('secrets that were sealed for another agent are not used', async () => {
  const { callAgent } = openUpstream()
  const agent = { ...agentWith({ type: 'bearer', token: 's3' }), id: 'thief' }
  const failing = collect(callAgent(agent, get, { signal }))
  await expect(failing).rejects.toMatchObject({ value: { reason: 'AGENT_UNAVAILABLE' } })
  expect(raw.requests).toEqual([])
})

test('an agent that was added at run time may not lead into the private network, by its own address or its token URL', async () => {
  const { callAgent } = openUpstream()
  for (const auth of [{ type: 'none' } as const, oauth2()]) {
    const agent = { ...agentWith(auth), origin: 'runtime' as const }
    const failing = collect(callAgent(agent, get, { signal }))
    await expect(failing).rejects.toMatchObject({ value: { reason: 'AGENT_UNAVAILABLE' } })
  }
  expect(raw.requests).toEqual([])
})

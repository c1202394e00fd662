import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../shared/contract/signaling/canonical-json.ts'
import { ExecArgs } from '../../../shared/contract/signaling/exec-args.ts'
import { MessageType } from '../../../shared/contract/signaling/message.ts'
import { Negotiation } from '../../../shared/contract/signaling/negotiation.ts'
import { SignalingSettings } from '../../../shared/kernel/config/signaling-settings.ts'
import { readExecReply } from '../../../shared/signaling/exec/exec-reply.ts'
import { createAuthenticate } from '../../../shared/signaling/identity/create-authenticate.ts'
import { readMessage } from '../../../shared/signaling/identity/read-message.ts'
import { SignalFailure, type SignalReason } from '../../../shared/signaling/signal-failure.ts'
import { createManualClock } from '../../fixtures/manual-clock.ts'
import { createTestAgent, type TestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { readGuide, unquote } from './read-guide.ts'

const guide = readGuide('signaling')
const SHARED = join(import.meta.dirname, '../../../shared')

/** REGISTER of the protocol's first implementation, by the key of 32 bytes of 07. */
const GOLDEN_SIGNATURE =
  '9YBXQE48WTxPX6pjYZOswuPRFXa79j4ZYp2ks8YpqOR65dbi6z9rZ5M9A67DgL5iZ6gWQ2S0nmmIsbleYmwLBw=='

const keyOf = (seed: number, form: 'legacy' | 'standard'): TestAgent =>
  createTestAgent({ seed: Buffer.alloc(32, seed), form })
const [alice, bob, gateway] = [keyOf(7, 'legacy'), keyOf(8, 'standard'), keyOf(9, 'standard')]

const frames = guide
  .blocks('json')
  .filter((block) => block.includes('"signature"'))
  .map((text) => ({ text, read: readMessage(text, { maxBytes: 1_000_000 }) }))
const named = frames.map(({ text, read }) => ({
  name: `${read.message.type} ${read.message.id}`,
  text,
  read,
}))

/** A reason that is new must be named here, and told in the guide. */
const reasons: Record<SignalReason, true> = {
  not_json: true,
  too_large: true,
  schema: true,
  not_for_the_gateway: true,
  version: true,
  stale: true,
  replayed: true,
  signature: true,
  wrong_did: true,
  wrong_key: true,
  nonce: true,
  unresolvable_did: true,
  slow_did: true,
  not_registered: true,
  replaced: true,
  rate_limited: true,
  unknown_agent: true,
  unknown_request: true,
  unavailable: true,
}

/** The code below a folder. */
const readSources = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n')

describe('the frames of the signaling guide', () => {
  test.each(named)('$name is one of the protocol, and its signature holds', async ({ read }) => {
    const authenticate = createAuthenticate({
      resolveDid: () => Promise.reject(new Error('No did:web is in the guide.')),
      clock: createManualClock(read.time),
      verifySignatures: true,
      validateDids: true,
      acceptLegacyDids: true,
    })
    const { from, type } = read.message
    expect([alice.did, bob.did, gateway.did]).toContain(from)
    if (type === 'REGISTER') expect(await authenticate.register(read)).toEqual({ did: from })
    else authenticate.frame(read, { did: from })
  })

  test('are of every type; the first is the golden REGISTER', () => {
    expect(new Set(frames.map(({ read }) => read.message.type))).toEqual(new Set(MessageType.options))
    const [golden] = frames
    if (golden === undefined) throw new Error('There is no frame.')
    const { signature, ...unsigned } = golden.read.message
    expect([unsigned.type, signature]).toEqual(['REGISTER', GOLDEN_SIGNATURE])
    const signed = canonicalJson({ ...unsigned, timestamp: unsigned.timestamp.replace('Z', '') })
    expect(guide.text).toContain(`\n${signed}\n`)
    expect(alice.signature(JSON.parse(signed))).toBe(signature)
  })

  test('that carry an A2A call are one exchange', () => {
    const [request, ...replies] = frames.slice(-3)
    if (request?.read.message.type !== 'EXEC_REQUEST') throw new Error('The exchange is not the last.')
    expect(ExecArgs.parse(request.read.message.payload.args).method).toBe('SendStreamingMessage')
    const statuses = replies.map(({ text, read: { message } }) => {
      if (message.type !== 'EXEC_RESPONSE') throw new Error('The exchange has no answers.')
      expect([message.correlation_id, message.to]).toEqual([request.read.message.id, gateway.did])
      return readExecReply(text, message.payload.status).status
    })
    expect(statuses).toEqual(['streaming', 'completed'])
  })
})

describe('the signaling guide', () => {
  test('shows an answer of /ws/negotiate', () => {
    const [block = ''] = guide.blocks('json')
    expect(Negotiation.parse(JSON.parse(block)).gateway_did).toBe(gateway.did)
  })

  test('has every error, by its code and reason', () => {
    const told = guide
      .rows('## Errors')
      .map(([code = '', reason = '']) => `${unquote(code)} ${unquote(reason)}`)
    const given = Object.keys(reasons).map((reason) => {
      const { code } = new SignalFailure(reason as SignalReason, '')
      return `${code} ${reason}`
    })
    expect(told.toSorted()).toEqual(given.toSorted())
  })

  test('has the limits as they are by default', () => {
    const defaults: Record<string, unknown> = SignalingSettings.parse({})
    const limits = guide.rows('## Limits').filter(([, , setting = '']) => setting.startsWith('`signaling.'))
    expect(limits.length).toBeGreaterThan(5)
    for (const [, value = '', setting = ''] of limits) {
      const known = defaults[unquote(setting).replace('signaling.', '')]
      expect([setting, value.replaceAll(',', '')]).toEqual([
        setting,
        known === true ? expect.stringMatching(/^yes/) : String(known),
      ])
    }
  })

  test.each([
    ['### The log', 0],
    ['How a connection ends:', 1],
  ])('says what the gateway says: %s', (heading, column) => {
    const texts = guide.rows(heading).flatMap((cells) => /`(.+)`/.exec(cells[column] ?? '')?.[1] ?? [])
    expect(texts.length).toBeGreaterThanOrEqual(5)
    for (const text of texts) expect(readSources(SHARED)).toContain(text)
  })

  test('has every line of the log', () => {
    const lines = [
      ...readSources(join(SHARED, 'signaling')).matchAll(/log\.(?:debug|info|warn|error)\('([^']+)'/g),
    ]
    expect(lines.length).toBeGreaterThan(9)
    for (const [, line] of lines) expect(guide.text).toContain(`| \`${line}\``)
  })
})

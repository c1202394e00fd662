import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  connectTestAgent,
  registerTestAgent,
  type ConnectedTestAgent,
} from '../../fixtures/signaling/connect-test-agent.ts'
import { createTestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { openTestSocket } from '../../fixtures/signaling/open-test-socket.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { isSignedByItsSender } from '../../fixtures/signaling/verify-frame.ts'
import { useCloud } from '../support/use-cloud.ts'
import { SDP, type Attack, type Scene } from './attacks/attack.ts'
import { envelopes } from './attacks/envelopes.ts'
import { identities } from './attacks/identities.ts'
import { keys } from './attacks/keys.ts'
import { payloads } from './attacks/payloads.ts'
import { registrations } from './attacks/registrations.ts'
import { signatures } from './attacks/signatures.ts'
import { texts } from './attacks/texts.ts'
import { testCost } from './cost.testsuite.ts'
import { testReplays } from './replays.testsuite.ts'
import { openSocket, socketUrl } from './support/join.ts'
import { findAgent } from './support/read-agents.ts'
import { testWebhook } from './webhook.testsuite.ts'

const MAX_ID_CHARACTERS = 128

const groups: Readonly<Record<string, readonly Attack[]>> = {
  texts,
  envelopes,
  keys,
  payloads,
  signatures,
  identities,
}

/** The id that an answer must name. */
const readableId = (text: string): string | null => {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARACTERS ? id : null
  } catch {
    return null
  }
}

const cloud = useCloud({
  layout: 'single',
  env: {
    AGENT_GATEWAY_SIGNALING__MESSAGES_PER_SECOND: '10000',
    AGENT_GATEWAY_HEALTH__CACHE_SECONDS: '0',
    LOG_LEVEL: 'debug',
  },
})

describe('a registered attacker', () => {
  let attacker: ConnectedTestAgent
  let victim: ConnectedTestAgent
  let stranger: ConnectedTestAgent
  const scene = (): Scene => ({ attacker, victim: victim.did, gateway: attacker.registered.from, stranger })

  beforeAll(async () => {
    const url = socketUrl(cloud())
    ;[attacker, victim, stranger] = await Promise.all([
      connectTestAgent(url),
      connectTestAgent(url),
      connectTestAgent(url),
    ])
  })
  afterAll(() => [attacker, victim, stranger].forEach((agent) => agent.drop()))

  for (const [group, attacks] of Object.entries(groups)) {
    describe(`is refused: ${group}`, () => {
      test.each(attacks)('$name', async ({ send, code, reason }) => {
        const sent = send(scene())
        attacker.socket.send(sent)
        const answer = await attacker.next()
        expect(answer).toMatchObject({
          type: 'ERROR',
          from: attacker.registered.from,
          to: attacker.did,
          correlation_id: typeof sent === 'string' ? readableId(sent) : null,
          payload: { code, details: { reason } },
        })
        expect(isSignedByItsSender(answer.text)).toBe(true)
      })
    })
  }

  test('reached nobody with all this, and is as registered as before', async () => {
    const marker = attacker.say({ type: 'OFFER', to: victim.did, payload: { sdp: 'the end' } })
    expect((await victim.next()).text).toBe(marker)
    for (const agent of [victim, stranger]) {
      expect((await agent.settle()).type).toBe('PONG')
      expect(agent.heard.filter(({ text }) => text !== marker).map(({ type }) => type)).toEqual([
        'REGISTERED',
        'PONG',
      ])
    }
  })

  test('is in the log, at every level and of every program, by no word of what it said', () => {
    const { lines } = cloud()
    expect(lines.filter((line) => line.includes('A frame was refused.')).length).toBeGreaterThan(200)
    expect(lines.filter((line) => line.toLowerCase().includes(SDP))).toEqual([])
  })

  test('there are more than 200 such frames', () => {
    expect(Object.values(groups).flat().length).toBeGreaterThan(200)
  })
})

describe('a registration is refused with', () => {
  test.each(registrations)('$name', async ({ send, code, reason }) => {
    const socket = await openSocket(cloud())
    const { did, text } = send()
    socket.send(text)
    expect(await socket.next()).toMatchObject({
      type: 'ERROR',
      correlation_id: readableId(text),
      payload: { code, details: { reason } },
    })
    expect(await findAgent(cloud(), did)).toBeUndefined()
    // The connection may still be that of an honest agent.
    const { registered } = await registerTestAgent(createTestAgent(), socket)
    expect(registered.type).toBe('REGISTERED')
  })
})

testReplays(cloud)
testWebhook(cloud)
testCost(cloud)

test('a frame that no frame may be as large as ends the connection, and nothing else', async () => {
  const agent = await connectTestAgent(socketUrl(cloud()))
  agent.say({ type: 'OFFER', to: agent.did, payload: { sdp: 'x'.repeat(1_100_000) } })
  expect((await agent.closed).code).toBe(1009)
  const again = await connectTestAgent(socketUrl(cloud()), { agent })
  expect((await again.settle()).type).toBe('PONG')
  again.drop()
})

test('nobody can speak before it has registered', async () => {
  const agent = createTestAgent()
  for (const text of ['{', toWireJson({ Headers: { 'ce-connectionId': 'x' } })]) {
    const socket = await openTestSocket(socketUrl(cloud()))
    socket.send(text)
    expect(await socket.next()).toMatchObject({ type: 'ERROR', payload: { code: 'MALFORMED_MESSAGE' } })
    const { registered } = await registerTestAgent(agent, socket)
    expect(registered.type).toBe('REGISTERED')
    socket.drop()
  }
})

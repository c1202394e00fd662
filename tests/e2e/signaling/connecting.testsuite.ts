import { describe, expect, onTestFinished, test } from 'vitest'
import { createTestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { registerTestAgent } from '../../fixtures/signaling/connect-test-agent.ts'
import { openTestSocket, RefusedSocket, type TestSocket } from '../../fixtures/signaling/open-test-socket.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { Negotiation } from '../../../shared/contract/signaling/negotiation.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { join, openSocket, socketUrl } from './support/join.ts'

const statusOf = async (opening: Promise<TestSocket>): Promise<number | string> => {
  try {
    const socket = await opening
    socket.drop()
    return 'open'
  } catch (error) {
    if (error instanceof RefusedSocket) return error.status
    throw error
  }
}

/** How an agent gets its socket. */
export const testConnecting = (cloud: () => TestCloud): void => {
  const negotiate = async (body?: object): Promise<Negotiation> => {
    const response = await fetch(`${cloud().url}/ws/negotiate`, {
      method: 'POST',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    return Negotiation.parse(await response.json())
  }
  const register = async (url: string, nonce?: string): Promise<string> => {
    const socket = await openTestSocket(url)
    onTestFinished(() => socket.drop())
    const registered = registerTestAgent(createTestAgent(), socket, nonce === undefined ? {} : { nonce })
    return registered.then(
      ({ registered: { type } }) => type,
      (error: unknown) => String(error),
    )
  }

  describe('connecting', () => {
    test('at /ws agrees on ioap.v1', async () => {
      expect((await openSocket(cloud())).socket.protocol).toBe('ioap.v1')
      expect((await openSocket(cloud(), ['x.v9', 'ioap.v1'])).socket.protocol).toBe('ioap.v1')
    })

    test.each([['chat'], ['json.webpubsub.azure.v1'], ['json.reliable.webpubsub.azure.v1'], ['ioap.v2']])(
      'with the sub-protocol %s and no token is refused',
      async (protocol) => {
        expect(await statusOf(openTestSocket(socketUrl(cloud()), [protocol]))).toBe(401)
      },
    )

    test.each([['ioap.v1'], ['none']])(
      'does not let anybody speak to an inbox past the gateway, with sub-protocol %s',
      async (protocol) => {
        const victim = await join(cloud())
        const group = encodeURIComponent(`inbox.${encodeURIComponent(victim.did)}`)
        const url = `${socketUrl(cloud())}?webpubsub_mode=sendToGroup&group=${group}`
        const opening = openTestSocket(url, protocol === 'none' ? [] : [protocol])
        const intruder = await opening.catch((error: unknown) => error)
        if (!(intruder instanceof RefusedSocket)) {
          const { send, closed } = await opening
          send(createTestAgent().sign({ type: 'OFFER', to: victim.did, payload: { sdp: 'past' } }))
          await closed
        }
        await victim.settle()
        expect(victim.heard.map(({ type }) => type)).toEqual(['REGISTERED', 'PONG'])
      },
    )

    test('by GET /ws is answered with 426 and an address that works', async () => {
      const response = await fetch(`${cloud().url}/ws`)
      expect(response.status).toBe(426)
      const { url } = Negotiation.pick({ url: true }).parse(await response.json())
      expect(response.headers.get('link')).toContain(`<${url}>`)
      expect(await register(url)).toBe('REGISTERED')
    })

    test('by POST /ws/negotiate gets an address that works', async () => {
      const { url, protocol, gateway_did, expires_at, nonce } = await negotiate()
      expect([protocol, nonce]).toEqual(['ioap.v1', undefined])
      expect(Date.parse(expires_at)).toBeGreaterThan(Date.now())
      const socket = await openTestSocket(url)
      onTestFinished(() => socket.drop())
      const { registered } = await registerTestAgent(createTestAgent(), socket)
      expect(registered.from).toBe(gateway_did)
    })

    test('with a negotiated address gives no other sub-protocol, no other hub and no second name', async () => {
      const { url } = await negotiate()
      expect(await statusOf(openTestSocket(url, ['json.webpubsub.azure.v1']))).toBe(401)
      const both = await openTestSocket(url, ['json.webpubsub.azure.v1', 'ioap.v1'])
      onTestFinished(() => both.drop())
      expect(both.socket.protocol).toBe('ioap.v1')
      for (const elsewhere of [url.replace('/hubs/agents', '/hubs/gateway'), `${url}x`]) {
        expect(await statusOf(openTestSocket(elsewhere))).toBe(401)
      }
      const forged = `${socketUrl(cloud())}?access_token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJnYXRld2F5In0.`
      expect(await statusOf(openTestSocket(forged))).toBe(401)
    })

    test('with a nonce binds REGISTER to it', async () => {
      const [first, second] = [await negotiate({ nonce: true }), await negotiate({ nonce: true })]
      expect(first.nonce).toEqual(expect.any(String))
      expect(first.nonce).not.toBe(second.nonce)
      expect(await register(first.url, first.nonce)).toBe('REGISTERED')
      expect(await register(second.url, first.nonce)).toContain('"reason":"nonce"')
      expect(await register(second.url)).toContain('"reason":"nonce"')
      expect(await register(second.url, second.nonce)).toBe('REGISTERED')
    })

    test('with a forged nonce in the address is refused', async () => {
      expect(await statusOf(openTestSocket(`${socketUrl(cloud())}?nonce=forged`))).toBe(401)
    })

    test('with a body that is not one is a 400', async () => {
      for (const body of ['{', '[]', '{"nonce":"yes"}', '{"nonces":true}']) {
        const response = await fetch(`${cloud().url}/ws/negotiate`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        })
        expect([body, response.status]).toEqual([body, 400])
      }
    })

    test('and another first frame than REGISTER is answered, and closed', async () => {
      for (const type of ['PING', 'OFFER', 'UNREGISTER'] as const) {
        const agent = createTestAgent()
        const socket = await openSocket(cloud())
        const payload = type === 'OFFER' ? { sdp: 'x' } : {}
        const frame = agent.frame({ type, to: agent.did, payload })
        socket.send(toWireJson(frame))
        expect(await socket.next()).toMatchObject({
          type: 'ERROR',
          correlation_id: frame.id,
          payload: { code: 'CONNECTION_REFUSED', details: { reason: 'not_registered' } },
        })
        await socket.closed
      }
    })
  })
}

import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { UnsecuredJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { registerTestAgent, type ConnectedTestAgent } from '../../fixtures/signaling/connect-test-agent.ts'
import { createTestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { openTestSocket } from '../../fixtures/signaling/open-test-socket.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { CERTIFICATE } from '../signaling/support/certificate.ts'
import { startEntra } from './support/start-entra.ts'
import { SERVICE_OBJECT_ID, WEBHOOK_AUDIENCE } from './support/start-services.ts'
import type { IdentityCloud } from './support/use-identity-cloud.ts'

const CONNECTION = 'forged-connection'

/** A gateway and a Web PubSub service that share no key: each proves itself by tokens of its identity. */
export const testWebhook = (cloud: () => IdentityCloud): void => {
  const connect = async (): Promise<ConnectedTestAgent> => {
    const url = `wss://127.0.0.1:${cloud().webPubSub.port}/client/hubs/agents`
    const socket = await openTestSocket(url, ['ioap.v1'], readFileSync(CERTIFICATE))
    onTestFinished(() => socket.drop())
    return registerTestAgent(createTestAgent(), socket)
  }

  /** Tells the gateway a frame of an agent, as the service does. Answers the status. */
  const tell = async (headers: Record<string, string>): Promise<number> => {
    const response = await fetch(`${cloud().a.url}/ws/events/message`, {
      method: 'POST',
      headers: {
        'content-type': 'text/plain',
        'ce-type': 'azure.webpubsub.user.message',
        'ce-id': randomUUID(),
        'ce-connectionid': CONNECTION,
        'ce-hub': 'agents',
        ...headers,
      },
      body: toWireJson(createTestAgent().frame({ type: 'PING', to: 'did:key:gateway', payload: {} })),
    })
    return response.status
  }

  test('agents register and talk: the service tells of them with a token of its identity', async () => {
    const [one, other] = await Promise.all([connect(), connect()])
    const text = one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'by identity' } })
    expect((await other.next()).text).toBe(text)
  })

  test('only tokens of the service itself tell events', async () => {
    const { entra } = cloud()
    const good = { aud: WEBHOOK_AUDIENCE, oid: SERVICE_OBJECT_ID }
    const stranger = await startEntra({ clientId: 'x', objectId: 'x' })
    onTestFinished(stranger.stop)
    const forged = {
      'another audience': await entra.sign({ ...good, aud: 'https://webpubsub.azure.com' }),
      'another identity': await entra.sign({ ...good, oid: 'another' }),
      'another issuer': await entra.sign({ ...good, iss: 'https://login.example/other/v2.0' }),
      'a time that is over': await entra.sign({ ...good, exp: Math.floor(Date.now() / 1000) - 600 }),
      'another key': await stranger.sign(good),
      'no key': new UnsecuredJWT({ oid: SERVICE_OBJECT_ID })
        .setIssuer(entra.issuer)
        .setAudience(WEBHOOK_AUDIENCE)
        .setExpirationTime('1h')
        .encode(),
      'no token': 'x',
    }
    for (const [name, token] of Object.entries(forged)) {
      expect([name, await tell({ authorization: `Bearer ${token}` })]).toEqual([name, 401])
    }
    for (const key of ['', 'any']) {
      const signature = createHmac('sha256', key).update(CONNECTION).digest('hex')
      expect(await tell({ 'ce-signature': `sha256=${signature}` })).toBe(401)
    }
    expect(await tell({})).toBe(401)
    expect(await tell({ authorization: `Bearer ${await entra.sign(good)}` })).toBe(204)
  })
}

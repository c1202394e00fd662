import { readFileSync } from 'node:fs'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, describe, expect, test } from 'vitest'
import { startWebPubSub, type RunningWebPubSub } from '../../../local/web-pubsub/start-web-pubsub.ts'
import { newHub, useWebPubSub } from './support/fixture.ts'
import { openRaw, refusedHandshake } from './support/raw-client.ts'
import { restRequest, signToken } from './support/rest-request.ts'

const SECONDARY = 'the-other-key'
const fixture = useWebPubSub(() => ({
  secondaryKey: SECONDARY,
  config: { hubs: { open: { anonymousConnectPolicy: 'Allow' } } },
}))

const noRetry = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } }
const endpoint = (): string => `http://127.0.0.1:${fixture.service.port}`
const soon = (): number => Math.floor(fixture.service.clock.now() / 1000) + 60
const clientUrl = (hub: string, token: string): string =>
  `ws://127.0.0.1:${fixture.service.port}/client/hubs/${hub}?access_token=${token}`

describe('tokens of REST requests', () => {
  test('both keys are good, another one is not', async () => {
    const send = (key: string): Promise<void> =>
      new WebPubSubServiceClient(
        `Endpoint=${endpoint()};AccessKey=${key};Version=1.0;`,
        newHub(),
        noRetry,
      ).sendToAll({})
    await send(SECONDARY)
    await expect(send('a wrong key')).rejects.toMatchObject({ statusCode: 401, code: 'Error.Unauthorized' })
  })

  test('a token is good for its URL only, written in any way', async () => {
    const url = `${endpoint()}/api/hubs/someHub/groups/a%20b/:send?api-version=2024-12-01`
    const send = async (aud: string): Promise<number> => {
      const token = await signToken({ aud, exp: soon() }, SECONDARY)
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' }
      return (await fetch(url, { method: 'POST', headers, body: 'x' })).status
    }
    expect(await send(url)).toBe(202)
    expect(await send(url.replace(/\?.*/, ''))).toBe(202)
    expect(await send(decodeURIComponent(url).toUpperCase())).toBe(202)
    expect(await send(url.replace('a%20b', 'other'))).toBe(401)
    expect(await send(url.replace('127.0.0.1', 'localhost'))).toBe(401)
  })

  test('the audience follows the host that was dialled', async () => {
    const local = `Endpoint=http://localhost;Port=${fixture.service.port};AccessKey=${SECONDARY};Version=1.0;`
    await new WebPubSubServiceClient(local, newHub(), noRetry).sendToAll({})
  })

  test('a request without token is refused, the health probe is not', async () => {
    const anonymous = await fetch(`${endpoint()}/api/hubs/h/:send?api-version=2024-12-01`, { method: 'POST' })
    expect(anonymous.status).toBe(401)
    expect(await anonymous.json()).toMatchObject({ code: 'Error.Unauthorized' })
    expect((await fetch(`${endpoint()}/api/health?api-version=2024-12-01`, { method: 'HEAD' })).status).toBe(
      200,
    )
  })

  test('an unknown path, method or api-version is told apart', async () => {
    const status = async (operation: string): Promise<number> =>
      (await restRequest(fixture.service, operation)).status
    expect(await status('POST /api/hubs/h/:nothing')).toBe(404)
    expect(await status('GET /api/hubs/h/:send')).toBe(405)
    expect(await status('POST /api/hubs/h/:closeConnections?api-version=2019-01-01')).toBe(400)
    const good = await restRequest(fixture.service, 'POST /api/hubs/h/:closeConnections')
    expect(good.status).toBe(204)
    expect(good.headers.get('api-supported-versions')).toContain('2024-12-01')
  })
})

describe('tokens of clients', () => {
  test('an expired token is refused, a running connection stays', async () => {
    const service = await startWebPubSub()
    const admin = new WebPubSubServiceClient(service.connectionString, 'h', noRetry)
    const { url } = await admin.getClientAccessToken({ expirationTimeInMinutes: 5 })
    const client = await openRaw(url, { protocols: 'json.webpubsub.azure.v1' })
    expect((await client.next())['event']).toBe('connected')
    service.clock.advance(11 * 60_000)
    expect(await refusedHandshake(url)).toMatchObject({
      status: 401,
      body: expect.stringContaining('expired'),
    })
    client.send({ type: 'ping' })
    expect(await client.next()).toEqual({ type: 'pong' })
    client.socket.terminate()
    await service.stop()
  })

  test('a token for another hub, another host or signed with another key is refused', async () => {
    const refuse = async (aud: string, key: string): Promise<number> =>
      (await refusedHandshake(clientUrl('mine', await signToken({ aud, exp: soon() }, key)))).status
    expect(await refuse(`${endpoint()}/client/hubs/other`, SECONDARY)).toBe(401)
    expect(await refuse('http://elsewhere/client/hubs/mine', SECONDARY)).toBe(401)
    expect(await refuse(`${endpoint()}/client/hubs/mine`, 'wrong')).toBe(401)
    expect((await refusedHandshake(clientUrl('mine', 'rubbish'))).status).toBe(401)
  })

  test('a token is taken from the Authorization header, the hub from the query', async () => {
    const token = await signToken({ aud: `${endpoint()}/client/hubs/mine`, exp: soon(), sub: 'u' }, SECONDARY)
    const url = `ws://127.0.0.1:${fixture.service.port}/client/?hub=mine`
    const headers = { authorization: `Bearer ${token}` }
    const client = await openRaw(url, { headers, protocols: 'json.webpubsub.azure.v1' })
    expect(await client.next()).toMatchObject({ event: 'connected', userId: 'u' })
    client.socket.terminate()
  })

  test('nobody connects without a token, except to a hub that lets anonymous clients in', async () => {
    const url = (hub: string): string => `ws://127.0.0.1:${fixture.service.port}/client/hubs/${hub}`
    expect((await refusedHandshake(url('closed'))).status).toBe(401)
    const client = await openRaw(url('open'), { protocols: 'json.webpubsub.azure.v1' })
    expect(await client.next()).toMatchObject({ event: 'connected', userId: null })
    client.socket.terminate()
  })

  test('a path that is no endpoint is 404, a name that is no hub is 400', async () => {
    const base = `ws://127.0.0.1:${fixture.service.port}`
    expect((await refusedHandshake(`${base}/elsewhere`)).status).toBe(404)
    expect((await refusedHandshake(`${base}/client/hubs/no-hyphen`)).status).toBe(400)
  })

  test('the service signs client tokens itself, with user, groups, roles and life', async () => {
    const hub = newHub()
    const query = 'userId=u&group=g&group=h&role=webpubsub.sendToGroup.g&minutesToExpire=5'
    const response = await restRequest(fixture.service, `POST /api/hubs/${hub}/:generateToken?${query}`)
    const { token } = (await response.json()) as { token: string }
    const client = await openRaw(clientUrl(hub, token), { protocols: 'json.webpubsub.azure.v1' })
    expect(await client.next()).toMatchObject({ event: 'connected', userId: 'u' })
    client.send({ type: 'sendToGroup', group: 'g', dataType: 'text', data: 'x', ackId: 1 })
    expect(await client.next()).toMatchObject({ type: 'message', group: 'g', fromUserId: 'u' })
    expect(await client.next()).toEqual({ type: 'ack', ackId: 1, success: true })
    client.socket.terminate()
  })

  test.each([
    ['webpubsub.joinLeaveGroups.******', 'too many'],
    [Array.from({ length: 11 }, (_, n) => `webpubsub.sendToGroups.a${n}.*`), 'Too many'],
  ])('roles over the limits are refused', async (role, reason) => {
    const token = await signToken({ aud: `${endpoint()}/client/hubs/mine`, exp: soon(), role }, SECONDARY)
    const refused = await refusedHandshake(clientUrl('mine', token))
    expect(refused).toMatchObject({ status: 400, body: expect.stringContaining(reason) })
  })
})

describe('tokens of Microsoft Entra, from a test issuer, behind TLS', () => {
  const issuer = 'https://login.example/tenant/v2.0'
  const read = (name: string): Buffer => readFileSync(new URL(`tls/${name}.pem`, import.meta.url))
  const services: RunningWebPubSub[] = []
  afterAll(() => Promise.all(services.map((service) => service.stop())))

  const start = async (): Promise<{ service: RunningWebPubSub; token: (aud: string) => Promise<string> }> => {
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] }
    const tls = { cert: read('cert'), key: read('key') }
    const service = await startWebPubSub({ tls, testIssuer: { issuer, jwks } })
    services.push(service)
    const token = (audience: string): Promise<string> =>
      new SignJWT({ oid: 'an-identity' })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('1h')
        .sign(privateKey)
    return { service, token }
  }

  const clientOf = (service: RunningWebPubSub, token: string): WebPubSubServiceClient =>
    new WebPubSubServiceClient(
      `https://localhost:${service.port}`,
      { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      'h',
      { retryOptions: { maxRetries: 0 }, tlsOptions: { ca: read('cert').toString() } },
    )

  test('a managed identity sends, and gets client tokens from the service', async () => {
    const { service, token } = await start()
    const admin = clientOf(service, await token('https://webpubsub.azure.com'))
    const { url } = await admin.getClientAccessToken({ userId: 'u', groups: ['g'] })
    expect(url).toMatch(/^wss:/)
    const client = await openRaw(url, { protocols: 'json.webpubsub.azure.v1', ca: read('cert') })
    expect(await client.next()).toMatchObject({ event: 'connected', userId: 'u' })
    await admin.group('g').sendToAll({ over: 'TLS' })
    expect(await client.next()).toMatchObject({ group: 'g', data: { over: 'TLS' } })
    client.socket.terminate()
  })

  test('a token for another audience is refused', async () => {
    const { service, token } = await start()
    const admin = clientOf(service, await token('https://servicebus.azure.net'))
    await expect(admin.sendToAll({})).rejects.toMatchObject({ statusCode: 401 })
  })

  test('without TLS it is refused', async () => {
    const { token } = await start()
    const headers = { authorization: `Bearer ${await token('https://webpubsub.azure.com')}` }
    const url = `${endpoint()}/api/hubs/h/:closeConnections?api-version=2024-12-01`
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(401)
  })
})

import { createHmac, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ServiceBusClient } from '@azure/service-bus'
import { SignJWT } from 'jose'
import { afterAll, describe, expect, test } from 'vitest'
import { type ServiceBusOptions, startServiceBus } from '../../../local/service-bus/start.ts'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { isEmpty, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, pass } = useEntities(broker)

const once = { retryOptions: { maxRetries: 0 } }

const clients: ServiceBusClient[] = []
afterAll(() => Promise.all(clients.map((client) => client.close())))

const connect = (connectionString: string): ServiceBusClient => {
  const client = new ServiceBusClient(connectionString, once)
  clients.push(client)
  return client
}

const send = (client: ServiceBusClient, name: string): Promise<void> =>
  client.createSender(name).sendMessages({ body: 1 })

const keyOf = (connectionString: string): string =>
  /SharedAccessKey=([^;]+)/.exec(connectionString)?.[1] ?? ''

/** A connection string with a signature made beforehand. */
const signed = (options: { resource: string; expiresInSeconds: number }): string => {
  const { connectionString, port } = broker.service
  const resource = encodeURIComponent(`sb://127.0.0.1:${port}/${options.resource}`)
  const expiry = Math.floor(Date.now() / 1000) + options.expiresInSeconds
  const signature = createHmac('sha256', keyOf(connectionString))
    .update(`${resource}\n${expiry}`)
    .digest('base64')
  const token = `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=RootManageSharedAccessKey`
  return `Endpoint=sb://127.0.0.1:${port};SharedAccessSignature=${token};UseDevelopmentEmulator=true`
}

const unauthorized = { code: 'UnauthorizedAccess' }

describe('a shared access key', () => {
  test('that is wrong is refused, with the reason', async () => {
    const { connectionString } = broker.service
    const name = await queue()
    const client = connect(connectionString.replace(/SharedAccessKey=[^;]+/, 'SharedAccessKey=wrong'))
    expect(await failure(send(client, name))).toMatchObject({
      ...unauthorized,
      message: expect.stringContaining('The signature of the token is wrong'),
    })
  })

  test('of another name is refused', async () => {
    const name = await queue()
    const client = connect(broker.service.connectionString.replace('RootManageSharedAccessKey', 'Other'))
    expect(await failure(send(client, name))).toMatchObject({
      ...unauthorized,
      message: expect.stringContaining("no shared access key 'Other'"),
    })
  })
})

describe('a signature made beforehand', () => {
  test('for the entity, or for the whole namespace, is taken', async () => {
    const name = await queue()
    await send(connect(signed({ resource: name, expiresInSeconds: 60 })), name)
    const client = connect(signed({ resource: '', expiresInSeconds: 60 }))
    expect((await receiveOne(client.createReceiver(name))).body).toBe(1)
  })

  test('for another entity is refused', async () => {
    const name = await queue()
    const client = connect(signed({ resource: `${name}-not`, expiresInSeconds: 60 }))
    expect(await failure(send(client, name))).toMatchObject(unauthorized)
  })

  test('that expired is refused', async () => {
    const name = await queue()
    const client = connect(signed({ resource: name, expiresInSeconds: -1 }))
    expect(await failure(send(client, name))).toMatchObject({
      ...unauthorized,
      message: expect.stringContaining('expired'),
    })
  })

  test('that expires ends the links that stand on it', async () => {
    const name = await queue()
    const client = connect(signed({ resource: name, expiresInSeconds: 60 }))
    const ended = new Promise<unknown>((resolve) => {
      client.createReceiver(name).subscribe({
        processMessage: () => Promise.resolve(),
        processError: async ({ error }) => resolve('code' in error ? error.code : error),
      })
    })
    await expect.poll(() => broker.service.namespace.queues.get(name)?.life.watchers.size).toBe(1)
    pass(61)
    expect(await ended).toBe('UnauthorizedAccess')
  })
})

test('a client whose clock is behind the broker, which was advanced, is still taken', async () => {
  const name = await queue()
  pass(7_200)
  await send(connect(broker.service.connectionString), name)
  expect(await isEmpty(broker.client.createReceiver(name))).toBe(false)
})

describe('a token of an identity', () => {
  const file = (name: string): Buffer =>
    readFileSync(join(import.meta.dirname, '..', 'web-pubsub', 'tls', name))
  const tls = { cert: file('cert.pem'), key: file('key.pem') }
  setDefaultCACertificates([...getCACertificates(), tls.cert.toString()])

  const sign = { issuer: 'test-issuer', audience: 'https://servicebus.azure.net' }

  /** Sends through a broker on TLS that knows an issuer, with a token that the claims and the key make. */
  const sendWith = async (
    jwt: ServiceBusOptions['jwt'],
    token: (claims: SignJWT) => Promise<string>,
  ): Promise<void> => {
    const service = await startServiceBus({
      port: 0,
      tls,
      jwt,
      namespace: { name: 'n', queues: [], topics: [] },
    })
    const settings = broker.service.namespace.queues.get(await queue())?.settings
    if (settings !== undefined) service.namespace.addQueue({ ...settings, name: 'q' })
    const claims = new SignJWT({ sub: 'me' })
      .setIssuer(sign.issuer)
      .setAudience(sign.audience)
      .setExpirationTime('1h')
    const text = await token(claims)
    const credential = { getToken: async () => ({ token: text, expiresOnTimestamp: Date.now() + 3_600_000 }) }
    const client = new ServiceBusClient(`localhost:${service.port}`, credential, once)
    try {
      await send(client, 'q')
      expect(service.namespace.queues.get('q')?.receivable.main.index.size).toBe(1)
    } finally {
      await client.close()
      await service.stop()
    }
  }

  const secret = 'a secret that is long enough for HS256'
  const withSecret = (text: string) => (claims: SignJWT) =>
    claims.setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(text))

  test('is taken when the issuer signed it, by a secret or by a key pair', async () => {
    await sendWith({ ...sign, key: secret }, withSecret(secret))
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    await sendWith({ ...sign, key: pem }, (claims) =>
      claims.setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
    )
  })

  test("is for Azure's audience, with a slash or without, unless another one is told", async () => {
    const of = (audience: string) => (claims: SignJWT) => withSecret(secret)(claims.setAudience(audience))
    await sendWith({ key: secret }, of('https://servicebus.azure.net'))
    await sendWith({ key: secret }, of('https://servicebus.azure.net/'))
    await sendWith({ key: secret, audience: 'mine' }, of('mine'))
    expect(await failure(sendWith({ key: secret }, of('https://storage.azure.com')))).toMatchObject({
      ...unauthorized,
      message: expect.stringContaining('"aud"'),
    })
  })

  test.each([
    { why: 'is signed by somebody else', jwt: { ...sign, key: `${secret}, but not the same` } },
    { why: 'is of another issuer', jwt: { issuer: 'other', key: secret } },
    { why: 'is for another audience', jwt: { audience: 'other', key: secret } },
    { why: 'comes to a broker without an issuer', jwt: undefined, message: 'takes no JWT' },
  ])('is refused when it $why', async ({ jwt, message = 'JWT is not good' }) => {
    expect(await failure(sendWith(jwt, withSecret(secret)))).toMatchObject({
      ...unauthorized,
      message: expect.stringContaining(message),
    })
  })

  test('is refused when it expired', async () => {
    const expired = (claims: SignJWT) =>
      claims
        .setExpirationTime(Math.floor(Date.now() / 1000) - 60)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(secret))
    expect(await failure(sendWith({ key: secret }, expired))).toMatchObject(unauthorized)
  })
})

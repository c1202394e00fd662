import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { createVerifyIdentity } from './create-verify-identity.ts'

const NOW = Date.UTC(2026, 10, 20)
const SECONDS = NOW / 1000
const ISSUER = 'https://login.example/tenant/v2.0'
const AUDIENCE = 'api://gateway'
const OID = '00000000-0000-0000-0000-000000000001'
const claims = { iss: ISSUER, aud: AUDIENCE, oid: OID, nbf: SECONDS - 60, exp: SECONDS + 600 }

type Key = { privateKey: Parameters<SignJWT['sign']>[0]; jwk: JWK }

const createKey = async (kid: string): Promise<Key> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

let first: Key
let second: Key
/** What the issuer publishes; undefined while it is down. */
let published: JWK[] | undefined
let url: string

const server = createServer((_request, response) => {
  if (published === undefined) response.writeHead(500).end()
  else response.end(JSON.stringify({ keys: published }))
})

beforeAll(async () => {
  ;[first, second] = await Promise.all([createKey('first'), createKey('second')])
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
})
beforeEach(() => {
  published = [first.jwk]
})
afterEach(() => vi.useRealTimers())
afterAll(() => server.close())

const sign = (
  payload: object,
  { key = first, kid = key.jwk.kid ?? '' }: { key?: Key; kid?: string } = {},
): Promise<string> =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: 'RS256', kid }).sign(key.privateKey)

type Identity = Parameters<typeof createVerifyIdentity>[0]['identity']

const complete = (): Identity => ({
  audience: AUDIENCE,
  object_ids: ['other', OID],
  issuer: ISSUER,
  jwks_url: url,
})

const createVerify = (identity = complete()): ((token?: string) => Promise<void>) => {
  const verify = createVerifyIdentity({ identity, clock: createManualClock(NOW) })
  return (token) => verify(new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` }))
}

const refused = { status: 401, code: 'invalid_credentials' }

test('the token of an identity that may call is taken', async () => {
  expect(await createVerify()(await sign(claims))).toBeUndefined()
})

test.each(['https://login.microsoftonline.com/my-tenant/v2.0', 'https://sts.windows.net/my-tenant/'])(
  'a tenant stands for its issuer %s',
  async (iss) => {
    const token = await sign({ ...claims, iss })
    const { issuer: _issuer, ...identity } = complete()
    expect(await createVerify({ ...identity, tenant_id: 'my-tenant' })(token)).toBeUndefined()
    const other = createVerify({ ...identity, tenant_id: 'other-tenant' })
    await expect(other(token)).rejects.toMatchObject(refused)
  },
)

describe('a token is refused', () => {
  test.each([
    ['of another issuer', { iss: 'https://login.example/other/v2.0' }],
    ['for another audience', { aud: 'api://other' }],
    ['that is over', { exp: SECONDS - 61 }],
    ['that is not valid yet', { nbf: SECONDS + 61 }],
    ['without an end', { exp: undefined }],
    ['of another identity', { oid: 'someone' }],
    ['without an identity', { oid: undefined }],
    ['whose identity is no text', { oid: [OID] }],
  ])('%s', async (_name, change) => {
    await expect(createVerify()(await sign({ ...claims, ...change }))).rejects.toMatchObject(refused)
  })

  test('that is signed by another key under a known name', async () => {
    const token = await sign(claims, { key: second, kid: 'first' })
    await expect(createVerify()(token)).rejects.toMatchObject(refused)
  })

  test('whose key nobody knows', async () => {
    await expect(createVerify()(await sign(claims, { key: second }))).rejects.toMatchObject(refused)
  })

  test('that is not signed, or with a secret: the public key is none', async () => {
    const modulus = new TextEncoder().encode(first.jwk.n)
    const symmetric = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(modulus)
    for (const token of [new UnsecuredJWT(claims).encode(), symmetric, 'a.b.c', 'x']) {
      await expect(createVerify()(token)).rejects.toMatchObject(refused)
    }
  })

  test('that was changed', async () => {
    const [header, , signature] = (await sign({ ...claims, oid: 'someone' })).split('.')
    const [, payload] = (await sign(claims)).split('.')
    await expect(createVerify()([header, payload, signature].join('.'))).rejects.toMatchObject(refused)
  })

  test('that is not there', async () => {
    await expect(createVerify()()).rejects.toMatchObject({ status: 401, code: 'auth_required' })
  })
})

test('keys may change while the gateway runs', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  const verify = createVerify()
  expect(await verify(await sign(claims))).toBeUndefined()
  published = [second.jwk]
  vi.setSystemTime(NOW + 31_000)
  expect(await verify(await sign(claims, { key: second }))).toBeUndefined()
  await expect(verify(await sign(claims))).rejects.toMatchObject(refused)
})

test('while the keys cannot be read, events are to come again, and then they are taken', async () => {
  const verify = createVerify()
  const token = await sign(claims)
  published = undefined
  await expect(verify(token)).rejects.toMatchObject({ status: 503, code: 'unavailable' })
  published = [first.jwk]
  expect(await verify(token)).toBeUndefined()
})

test.each(['audience', 'object_ids', 'tenant_id'] as const)(
  'without signaling.webhook.%s no event is taken',
  async (name) => {
    const { audience: _audience, ...withoutAudience } = complete()
    const { issuer: _issuer, ...withoutIssuer } = complete()
    const identities: Record<typeof name, Identity> = {
      audience: withoutAudience,
      object_ids: { ...complete(), object_ids: [] },
      tenant_id: withoutIssuer,
    }
    const verify = createVerify(identities[name])
    await expect(verify(await sign(claims))).rejects.toMatchObject({
      status: 503,
      code: 'not_configured',
      details: { setting: `signaling.webhook.${name}` },
    })
  },
)

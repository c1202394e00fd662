import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet, type JWK } from 'jose'
import { onTestFinished } from 'vitest'
import { listen } from '../../../../local/service/listen.ts'

export type Claims = { aud: string; oid: string; iss?: string; exp?: number }

/** Stands in for Microsoft Entra, and for the endpoint where an app on Azure gets tokens of its identity. */
export type Entra = {
  issuer: string
  keys: JSONWebKeySet
  /** The private key, for a service that issues its own tokens. */
  privateKey: JWK
  jwksUrl: string
  /** Where the app asks for its own tokens (App Service, IDENTITY_ENDPOINT). */
  identityEndpoint: string
  sign(claims: Claims): Promise<string>
}

const KID = 'key-1'
const HOUR_SECONDS = 3600

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

export const startEntra = async (appObjectId: string): Promise<Entra> => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: 'RS256' }] }
  const issuer = 'https://login.example/tenant/v2.0'
  const sign = ({ aud, oid, iss = issuer, exp = nowSeconds() + HOUR_SECONDS }: Claims): Promise<string> =>
    new SignJWT({ oid })
      .setProtectedHeader({ alg: 'RS256', kid: KID })
      .setIssuer(iss)
      .setAudience(aud)
      .setExpirationTime(exp)
      .sign(privateKey)

  const answer = async (path: URL): Promise<object> => {
    if (path.pathname === '/keys') return keys
    const aud = path.searchParams.get('resource') ?? ''
    const expires_on = String(nowSeconds() + HOUR_SECONDS)
    return {
      access_token: await sign({ aud, oid: appObjectId }),
      expires_on,
      resource: aud,
      token_type: 'Bearer',
    }
  }
  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', 'http://entra')).then((body) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    )
  })
  const origin = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0 })}`
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    issuer,
    keys,
    privateKey: { ...(await exportJWK(privateKey)), kid: KID, alg: 'RS256' },
    jwksUrl: `${origin}/keys`,
    identityEndpoint: `${origin}/identity`,
    sign,
  }
}

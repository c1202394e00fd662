import { createServer, type IncomingMessage } from 'node:http'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet, type JWK } from 'jose'
import { listen } from '../../../../local/service/listen.ts'

export type Claims = { aud: string; oid: string; iss?: string; exp?: number }

/** What somebody asked the endpoint for, that it gave a token for. */
export type Asked = { resource: string; clientId: string | null }

/** Stands in for Microsoft Entra, and for the endpoint where an app on Azure gets tokens of its identity. */
export type Entra = {
  issuer: string
  tenantId: string
  keys: JSONWebKeySet
  /** The same in PEM. */
  publicKey: string
  /** The private key, for a service that issues its own tokens. */
  privateKey: JWK
  jwksUrl: string
  /** What an app on App Service and Functions is told in its environment. */
  environment: { IDENTITY_ENDPOINT: string; IDENTITY_HEADER: string }
  asked: readonly Asked[]
  sign(claims: Claims): Promise<string>
  stop(): void
}

const KID = 'key-1'
const HOUR_SECONDS = 3600
const IDENTITY_HEADER = 'proof-that-the-app-itself-asks'

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

const refusal = { status: 400, body: { statusCode: 400, message: 'No such identity.' } }

/** @param app the one identity that there is: user-assigned, named by its client id */
export const startEntra = async (app: { clientId: string; objectId: string }): Promise<Entra> => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const keys = { keys: [{ ...jwk, kid: KID, alg: 'RS256' }] }
  const tenantId = 'a-tenant'
  const issuer = `https://sts.windows.net/${tenantId}/`
  const asked: Asked[] = []
  const sign = ({ aud, oid, iss = issuer, exp = nowSeconds() + HOUR_SECONDS }: Claims): Promise<string> =>
    new SignJWT({ oid, tid: tenantId })
      .setProtectedHeader({ alg: 'RS256', kid: KID })
      .setIssuer(iss)
      .setAudience(aud)
      .setSubject(oid)
      .setIssuedAt(nowSeconds() - HOUR_SECONDS)
      .setNotBefore(nowSeconds() - HOUR_SECONDS)
      .setExpirationTime(exp)
      .sign(privateKey)

  /** https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
  const giveToken = async (request: IncomingMessage, query: URLSearchParams) => {
    const [resource, clientId] = [query.get('resource'), query.get('client_id')]
    const isOfApp =
      request.headers['x-identity-header'] === IDENTITY_HEADER && query.get('api-version') === '2019-08-01'
    if (!isOfApp || resource === null || clientId !== app.clientId) return refusal
    asked.push({ resource, clientId })
    const expires_on = String(nowSeconds() + HOUR_SECONDS)
    const access_token = await sign({ aud: resource, oid: app.objectId })
    const body = { access_token, expires_on, resource, token_type: 'Bearer', client_id: clientId }
    return { status: 200, body }
  }
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://entra')
    return pathname === '/keys' ? { status: 200, body: keys } : giveToken(request, searchParams)
  }
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    )
  })
  const origin = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0 })}`
  return {
    issuer,
    tenantId,
    keys,
    publicKey: toPem(createPublicKey({ key: jwk, format: 'jwk' })),
    privateKey: { ...(await exportJWK(privateKey)), kid: KID, alg: 'RS256' },
    jwksUrl: `${origin}/keys`,
    environment: { IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER },
    asked,
    sign,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const toPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

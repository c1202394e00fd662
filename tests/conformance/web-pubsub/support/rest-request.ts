import { SignJWT } from 'jose'
import type { RunningWebPubSub } from '../../../../local/web-pubsub/start-web-pubsub.ts'

const keyOf = ({ connectionString }: RunningWebPubSub): string =>
  /AccessKey=([^;]+)/.exec(connectionString)?.[1] ?? ''

/** Signs a token as the SDKs do; the key is used as it is written. */
export const signToken = (
  claims: { aud: string; exp: number; [claim: string]: unknown },
  key: string,
): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new TextEncoder().encode(key))

/** A request of the data plane without the SDK, signed with the service's key; for what the SDK cannot ask. `operation` is 'METHOD path'. */
export const restRequest = async (
  service: RunningWebPubSub,
  operation: string,
  init: RequestInit = {},
): Promise<Response> => {
  const [method = '', path = ''] = operation.split(' ')
  const url = new URL(path, `http://127.0.0.1:${service.port}`)
  if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', '2024-12-01')
  const exp = Math.floor(service.clock.now() / 1000) + 60
  const token = await signToken({ aud: url.href, exp }, keyOf(service))
  return fetch(url, { ...init, method, headers: { authorization: `Bearer ${token}`, ...init.headers } })
}

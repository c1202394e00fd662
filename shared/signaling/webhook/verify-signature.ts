import { createHmac, timingSafeEqual } from 'node:crypto'
import { notConfigured, unauthorized } from '../../kernel/errors.ts'
import { WEB_PUBSUB } from '../../kernel/config/connections.ts'

const ENTRY = /^sha256=([0-9a-f]{64})$/i

/**
 * Checks `ce-signature`: one HMAC of the connection id by each of the two keys of the service, so that either may be
 * the gateway's and keys can be rotated. It covers the connection id alone: who calls, not what is said.
 * @throws GatewayError 401
 */
export const verifySignature = (headers: Headers, key: string): void => {
  // An empty key would be known to everybody.
  if (key === '') throw notConfigured(WEB_PUBSUB, `${WEB_PUBSUB} has no AccessKey. Add it.`)
  const signature = headers.get('ce-signature')
  if (signature === null) {
    throw unauthorized('auth_required', 'The event has no ce-signature. Only Web PubSub may call here.')
  }
  const expected = createHmac('sha256', key)
    .update(headers.get('ce-connectionid') ?? '')
    .digest()
  const given = signature.split(',').flatMap((entry) => ENTRY.exec(entry.trim())?.[1] ?? [])
  if (given.some((entry) => timingSafeEqual(Buffer.from(entry, 'hex'), expected))) return
  throw unauthorized(
    'invalid_credentials',
    `The event is not signed with the key of this gateway. Only the service of ${WEB_PUBSUB} may call here.`,
  )
}

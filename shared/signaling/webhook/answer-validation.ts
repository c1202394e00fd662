import { partsOf } from '../../kernel/config/connection-string.ts'
import type { WebPubSubConnection } from '../../kernel/config/connections.ts'
import { badRequest, forbidden } from '../../kernel/errors.ts'
import type { WebhookAnswer } from './webhook-request.ts'

/** Answers the question whether a service may send events here. @throws GatewayError 400, 403 */
export type AnswerValidation = (headers: Headers) => WebhookAnswer

/** The service's names for itself: with its port and without. */
const namesOf = (connection: WebPubSubConnection): Set<string> => {
  const endpoint =
    'connectionString' in connection
      ? (partsOf(connection.connectionString).get('endpoint') ?? '')
      : connection.endpoint
  const { hostname, host, protocol } = new URL(endpoint)
  return new Set([hostname, host, `${hostname}:${protocol === 'https:' ? 443 : 80}`])
}

/** The abuse protection of CloudEvents (HTTP 1.1 Web Hooks for Event Delivery, 4): only our own service may call. */
export const createAnswerValidation = (connection: WebPubSubConnection): AnswerValidation => {
  const names = namesOf(connection)
  return (headers) => {
    const origin = headers.get('webhook-request-origin')
    if (origin === null) {
      throw badRequest('WebHook-Request-Origin is missing. Only Web PubSub may ask for events here.')
    }
    if (!names.has(origin.trim().toLowerCase())) {
      throw forbidden('WebHook-Request-Origin is not the Web PubSub service of this gateway.')
    }
    return { status: 200, headers: { 'WebHook-Allowed-Origin': origin.trim() } }
  }
}

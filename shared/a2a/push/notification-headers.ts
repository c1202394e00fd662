import type { PushDelivery } from '../../contract/a2a/push-delivery.ts'
import type { PushConfig } from './push-config.ts'

/** Beside the configured header: receivers of other gateways read this one. */
const OTHER_TOKEN_HEADER = 'a2a-notification-token'

/** What a receiver gets with a notification: A2A names only Authorization, the token's headers are those of the SDKs. */
export const notificationHeaders = (
  { content_type, notification_id }: PushDelivery,
  { token, authentication }: PushConfig,
  tokenHeader: string,
): Record<string, string> => ({
  'content-type': content_type,
  'x-notification-id': notification_id,
  ...(token === undefined ? {} : { [tokenHeader.toLowerCase()]: token, [OTHER_TOKEN_HEADER]: token }),
  ...(authentication?.credentials === undefined
    ? {}
    : { authorization: `${authentication.scheme} ${authentication.credentials}` }),
})

import type { Clock } from '../../kernel/clock.ts'
import type { WebPubSubConnection } from '../../kernel/config/connections.ts'
import { partsOf } from '../../kernel/config/connection-string.ts'
import type { Settings } from '../../kernel/config/settings.ts'
import type { VerifyCaller } from './verify-caller.ts'
import { createVerifyIdentity } from './create-verify-identity.ts'
import { verifySignature } from './verify-signature.ts'

/**
 * By the key where the gateway has one, else by the managed identity of the service. A `?code=` in the address of the
 * webhook is no proof: addresses are logged.
 */
export const createVerifyCaller = (options: {
  connection: WebPubSubConnection
  /** Whose tokens count, where the service is used by identity. */
  identity: Settings['signaling']['webhook']
  clock: Clock
}): VerifyCaller => {
  const { connection } = options
  if (!('connectionString' in connection)) return createVerifyIdentity(options)
  const key = partsOf(connection.connectionString).get('accesskey') ?? ''
  return async (headers) => verifySignature(headers, key)
}

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import { SignalFailure } from '../signal-failure.ts'

const DEFAULT_RETRY_SECONDS = 5

/** What went wrong, as the protocol says it: a service that is away is no fault of the sender. */
export const toSignalFailure = (error: unknown): SignalFailure => {
  if (error instanceof SignalFailure) return error
  const seconds = error instanceof GatewayError ? error.retryAfterSeconds : undefined
  return error instanceof GatewayError && error.retryable
    ? new SignalFailure('unavailable', error.message, {
        details: { retry_after_ms: (seconds ?? DEFAULT_RETRY_SECONDS) * 1000 },
        cause: error,
      })
    : new SignalFailure('unavailable', 'The gateway made a mistake with this frame. Its log says which.', {
        cause: error,
      })
}

/** Makes ERROR frames. @param about the frame that failed, where its sender and id could be read */
export const createErrorFrame =
  ({ identity, clock }: { identity: GatewayIdentity; clock: Clock }) =>
  ({ code, reason, message, details }: SignalFailure, about: { to?: string; id?: string }): string =>
    identity.sign({
      id: randomUUID(),
      correlation_id: about.id ?? null,
      timestamp: new Date(clock.now()).toISOString(),
      // Nobody is known yet: the frame goes to the connection that it answers.
      to: about.to ?? identity.did,
      type: 'ERROR',
      payload: { code, message, details: { ...details, reason } },
    })

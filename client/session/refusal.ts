import { ClientError } from '../client-error.ts'
import type { Message } from '../messages.ts'

const FINAL_CODES = ['INVALID_SIGNATURE', 'MALFORMED_MESSAGE', 'UNSUPPORTED_VERSION']
/** Refusals of these codes that another attempt may not meet. */
const PASSING_REASONS = ['nonce', 'stale', 'replayed', 'unavailable']

/** An ERROR frame as an error. */
export const refusal = ({ payload, from, correlation_id }: Message<'ERROR'>): ClientError => {
  const { code, message, details } = payload
  const isReplaced = details?.['reason'] === 'replaced'
  return new ClientError(isReplaced ? 'replaced' : 'refused', message, {
    details: { ...details, code, from, correlation_id: correlation_id ?? undefined },
  })
}

/** Whether it is of no use to register again. */
export const isFinal = (error: unknown): error is ClientError => {
  if (!(error instanceof ClientError)) return false
  if (['replaced', 'gateway_changed', 'closed'].includes(error.code)) return true
  const { code, reason } = error.details
  return FINAL_CODES.includes(String(code)) && !PASSING_REASONS.includes(String(reason))
}

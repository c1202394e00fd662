import { type A2aReason, a2aErrors } from '../contract/a2a/a2a-errors.ts'

/** An A2A error as it travels: the JSON-RPC error object, with the gateway's name for it where it has one. */
export type A2aErrorValue = {
  code: number
  message: string
  /** `error.data` of JSON-RPC, as the agent gave it. */
  data?: unknown
  reason?: A2aReason
  retryAfterSeconds?: number
}

/** A failure that is answered as an A2A error: of the gateway (`reason`), or of the agent, word for word. */
export class A2aFailure extends Error {
  override name = 'A2aFailure'
  readonly value: A2aErrorValue

  constructor(value: A2aErrorValue, options: { cause?: unknown } = {}) {
    super(value.message, options)
    this.value = value
  }
}

/** A failure by its reason; the message says what happened, why, and how to solve it. */
export const a2aFailure = (
  reason: A2aReason,
  message: string,
  options: { retryAfterSeconds?: number; cause?: unknown } = {},
): A2aFailure => {
  const { cause, ...rest } = options
  return new A2aFailure({ code: a2aErrors[reason].code, message, reason, ...rest }, { cause })
}

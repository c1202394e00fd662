import * as z from 'zod'

/** The codes of ERROR frames (seed 2, protocol IoAP 1.0). `details.reason` says more where one code has several causes. */
export const SignalErrorCode = z.enum([
  'INVALID_SIGNATURE',
  'UNKNOWN_AGENT',
  'CONNECTION_REFUSED',
  'TIMEOUT',
  'MALFORMED_MESSAGE',
  'UNSUPPORTED_VERSION',
  'INTERNAL_ERROR',
])
export type SignalErrorCode = z.infer<typeof SignalErrorCode>

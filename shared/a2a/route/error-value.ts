import * as z from 'zod'
import { type A2aReason, a2aErrors } from '../../contract/a2a/a2a-errors.ts'

const isReason = (text: string): text is A2aReason => Object.hasOwn(a2aErrors, text)

/** An error as it crosses the bus. */
export const ErrorValue = z
  .object({
    code: z.int(),
    message: z.string(),
    data: z.unknown().optional(),
    reason: z.string().refine(isReason).optional().catch(undefined),
    retryAfterSeconds: z.number().optional(),
  })
  .transform(({ reason, retryAfterSeconds, ...rest }) => ({
    ...rest,
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }))

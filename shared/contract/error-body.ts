import * as z from 'zod'

/**
 * The one body of every error that an HTTP surface of the gateway answers.
 * `code` is one of error-codes.ts; `timestamp` is ISO 8601 in UTC; `execution_id` is there when an execution failed.
 */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
    correlation_id: z.string(),
    timestamp: z.iso.datetime(),
    execution_id: z.string().optional(),
  }),
})
export type ErrorBody = z.infer<typeof ErrorBody>

import * as z from 'zod'
import { MAX_PAGE_EVENTS, MAX_WAIT_SECONDS } from './limits.ts'

/** A whole number in a query, within bounds. */
const whole = (rule: { min: number; max: number; message: string }): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,15}$/, rule.message)
    .transform(Number)
    .refine((value) => value >= rule.min && value <= rule.max, rule.message)

const Case = z.enum(['snake', 'camel'], 'must be snake or camel').default('snake')

/** The query of GET /stream/{task_id}. `from` is the first seq wanted, `limit` the events of a JSON page. */
export const StreamQuery = z.strictObject({
  from: whole({ min: 0, max: Number.MAX_SAFE_INTEGER, message: 'must be a whole number, 0 or more' }).default(
    0,
  ),
  case: Case,
  limit: whole({ min: 1, max: MAX_PAGE_EVENTS, message: `must be 1 to ${MAX_PAGE_EVENTS}` }).default(
    MAX_PAGE_EVENTS,
  ),
})

/** The query of GET /final/{task_id}. `wait` in seconds. */
export const FinalQuery = z.strictObject({
  wait: whole({ min: 0, max: MAX_WAIT_SECONDS, message: `must be 0 to ${MAX_WAIT_SECONDS} seconds` }).default(
    30,
  ),
})

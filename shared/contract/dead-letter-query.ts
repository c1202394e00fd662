import * as z from 'zod'
import { MAX_PAGE_EVENTS } from './limits.ts'

const Status = z.enum(['held', 'redriving', 'redriven'], 'must be held, redriving or redriven')

const Text = z.string().min(1, 'must not be empty').optional()

const filter = { entity: Text, reason: Text, status: Status.optional(), task_id: Text, agent_id: Text }

const RULE = `must be 1 to ${MAX_PAGE_EVENTS}`
const Limit = z.int(RULE).min(1, RULE).max(MAX_PAGE_EVENTS, RULE)
const LimitText = z
  .string()
  .regex(/^\d{1,9}$/, RULE)
  .transform(Number)
  .pipe(Limit)

/** The query of GET /v1/admin/dead-letters. */
export const DeadLetterQuery = z
  .strictObject({ ...filter, limit: LimitText.default(50), after: Text })
  .transform(({ limit, after, ...rest }) => ({ filter: rest, page: { limit, after } }))

/** The body of a call on all dead letters that match; `status` is `held` unless told otherwise. */
export const DeadLetterSelection = z
  .strictObject({
    ...filter,
    status: Status.default('held'),
    limit: Limit.default(MAX_PAGE_EVENTS),
    after: Text,
  })
  .transform(({ limit, after, ...rest }) => ({ filter: rest, limit, after }))

import * as z from 'zod'
import { MAX_PAGE_EVENTS } from './limits.ts'

const Status = z.enum(['held', 'redriving', 'redriven'], 'must be held, redriving or redriven')

const filter = {
  entity: z.string().min(1).optional(),
  reason: z.string().min(1).optional(),
  status: Status.optional(),
  task_id: z.string().min(1).optional(),
  agent_id: z.string().min(1).optional(),
}

const Limit = z.coerce.number().int().min(1, `must be 1 to ${MAX_PAGE_EVENTS}`).max(MAX_PAGE_EVENTS)

/** The query of GET /v1/admin/dead-letters. */
export const DeadLetterQuery = z
  .strictObject({ ...filter, limit: Limit.default(50), after: z.string().min(1).optional() })
  .transform(({ limit, after, ...rest }) => ({ filter: rest, page: { limit, after } }))

/** The body of a call on all dead letters that match; `status` is `held` unless told otherwise. */
export const DeadLetterSelection = z
  .strictObject({
    ...filter,
    status: Status.default('held'),
    limit: Limit.default(MAX_PAGE_EVENTS),
    after: z.string().min(1).optional(),
  })
  .transform(({ limit, after, ...rest }) => ({ filter: rest, limit, after }))

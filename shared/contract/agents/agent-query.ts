import * as z from 'zod'
import { MAX_PAGE_EVENTS } from '../limits.ts'

const LIMIT_RULE = `must be 1 to ${MAX_PAGE_EVENTS}`
const Text = z.string().min(1, 'must not be empty').optional()

const members = {
  group: Text,
  reach: z.enum(['a2a', 'socket', 'workspace', 'api'], 'must be a2a, socket, workspace or api').optional(),
  capability: Text,
  status: z
    .enum(
      ['healthy', 'unhealthy', 'unreachable', 'unknown'],
      'must be healthy, unhealthy, unreachable or unknown',
    )
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,9}$/, LIMIT_RULE)
    .transform(Number)
    .refine((value) => value >= 1 && value <= MAX_PAGE_EVENTS, LIMIT_RULE)
    .default(MAX_PAGE_EVENTS),
  after: Text,
}

/** The query of GET /v1/admin/agents. */
export const AgentQuery = z
  .strictObject(members)
  .transform(({ limit, after, ...filter }) => ({ filter, page: { limit, after } }))

/** The query of GET /agents. */
export const AgentListQuery = z
  .strictObject({ ...members, view: z.enum(['list', 'cards'], 'must be list or cards').default('list') })
  .transform(({ limit, after, view, ...filter }) => ({ filter, page: { limit, after }, view }))

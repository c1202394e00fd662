import * as z from 'zod'
import { type HttpOptions, requestJson } from '../http/request-json.ts'

export const TaskEvents = z.array(
  z.looseObject({
    task_id: z.string(),
    agent_id: z.string(),
    event_index: z.number(),
    timestamp: z.string(),
    event_type: z.string(),
    payload: z.record(z.string(), z.unknown()),
  }),
)

const Page = z.object({
  state: z.enum(['waiting', 'open', 'closed', 'failed', 'expired']),
  events: TaskEvents,
  next: z.number(),
})
export type Page = z.infer<typeof Page>

/** Reads the stored events of a task from one on, or some of them. @throws ClientError `http` */
export const readPage = async (
  http: HttpOptions,
  { taskId, from, signal }: { taskId: string; from: number; signal: AbortSignal },
): Promise<Page> =>
  requestJson(http, Page, { path: `/stream/${encodeURIComponent(taskId)}?from=${from}`, signal })

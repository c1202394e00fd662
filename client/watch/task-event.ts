/** An event of a task, as its agent published it; it may have more members. */
export type TaskEvent = {
  task_id: string
  agent_id: string
  event_index: number
  timestamp: string
  event_type: string
  payload: Record<string, unknown>
  [member: string]: unknown
}

import { AgentEvent } from '../contract/agent-event.ts'
import { parseJson } from '../kernel/json.ts'

/** The session id that an event's message needs: its task id, where the body is readable enough to have one. */
export const readSessionId = (body: Uint8Array): string | undefined => {
  try {
    const { value } = parseJson(Buffer.from(body).toString('utf8'))
    const event = AgentEvent.safeParse(value)
    return event.success ? event.data.task_id : undefined
  } catch {
    return undefined
  }
}

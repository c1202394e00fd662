/** Bytes of an event's payload text, so that an event is about 1 KB as JSON. */
const PAYLOAD_CHARACTERS = 800

const text = 'x'.repeat(PAYLOAD_CHARACTERS)

/** An event as an agent publishes it; `sentAt` lets the receiver tell how long it took. */
export const makeEvent = (taskId: string, index: number, type = 'chunk_stream'): Record<string, unknown> => ({
  task_id: taskId,
  agent_id: 'bench',
  agent_name: 'Bench',
  event_index: index,
  timestamp: new Date().toISOString(),
  event_type: type,
  payload: { text, sentAt: performance.timeOrigin + performance.now() },
})

export const nowMs = (): number => performance.timeOrigin + performance.now()

import { isJsonObject } from './json-object.ts'

/** A task (of 1.0) with the last `historyLength` messages of its history; without history for 0 (A2A 1.0, section 3.2.4). */
export const truncateHistory = (task: unknown, historyLength: number | undefined): unknown => {
  if (historyLength === undefined || !isJsonObject(task)) return task
  const { history, ...others } = task
  if (!Array.isArray(history)) return task
  return historyLength === 0 ? others : { ...others, history: history.slice(-historyLength) }
}

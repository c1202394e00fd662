import { parseJson } from '../../kernel/json.ts'
import { foldTask } from './fold-task.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'

/**
 * What events (StreamResponses of 1.0, in order) come to: the task as it stands after them, or the message that was
 * the whole answer.
 */
export const foldEvents = (texts: readonly string[]): { task?: JsonObject; message?: JsonObject } => {
  let task: JsonObject | undefined
  let message: JsonObject | undefined
  for (const text of texts) {
    const event = parseJson(text).value
    if (!isJsonObject(event)) continue
    if (isJsonObject(event['message'])) message = event['message']
    task = foldTask(task, event)
  }
  if (task !== undefined) return { task }
  return message === undefined ? {} : { message }
}

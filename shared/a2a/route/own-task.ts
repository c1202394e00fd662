import type { TaskAliases } from '../../streams/task-aliases.ts'
import { type A2aFailure, a2aFailure } from '../a2a-failure.ts'

export const taskNotFound = (taskId: string): A2aFailure =>
  a2aFailure('TASK_NOT_FOUND', `Task not found: ${taskId}`)

/**
 * The log of a task that the caller made through this gateway.
 * @throws A2aFailure TASK_NOT_FOUND, the same for a task of somebody else and for one that nobody knows.
 */
export const ownTask = async (
  aliases: Pick<TaskAliases, 'get'>,
  { agentId, taskId, subject }: { agentId: string; taskId: string; subject: string },
): Promise<string> => {
  const alias = await aliases.get(agentId, taskId)
  if (alias === undefined || alias.owner !== subject) throw taskNotFound(taskId)
  return alias.stream
}

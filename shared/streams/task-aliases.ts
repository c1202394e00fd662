import type { TaskName } from './stream-state.ts'

/** Under which stream a task of an agent is logged, and whose it is. */
export type TaskAlias = TaskName & { stream: string; owner: string }

/** The names that agents give to tasks whose logs have other names. They go when their streams go. */
export type TaskAliases = {
  /** Create if absent; answers what there is. */
  create(alias: TaskAlias): Promise<TaskAlias>
  get(agentId: string, taskId: string): Promise<TaskAlias | undefined>
  /** The tasks of this id: several agents may have one. */
  find(taskId: string): Promise<TaskAlias[]>
}

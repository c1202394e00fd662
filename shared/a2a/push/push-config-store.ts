import type { A2aVersion } from '../../contract/a2a/dialect.ts'

/** A task by the agent that works on it and the log that it is kept in. */
export type PushTask = { agentId: string; stream: string }

/** A push config at rest. */
export type StoredPushConfig = {
  /** Unique within the task; '' is the config that has the task's own id, which is known later than the config. */
  id: string
  /** Whose it is: the subject that made it. */
  owner: string
  /** Which version its client speaks, so which payload it gets. */
  version: A2aVersion
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Address, token and credentials, sealed. */
  sealed: string
}

/** Where push configs are kept. */
export type PushConfigStore = {
  /** Adds a config, or replaces the one that has its id. */
  put(task: PushTask, config: StoredPushConfig): Promise<void>
  get(task: PushTask, id: string): Promise<StoredPushConfig | undefined>
  /** In order of creation, {@link MAX_PUSH_CONFIGS} at most. */
  list(task: PushTask): Promise<StoredPushConfig[]>
  /** False when there was none. */
  remove(task: PushTask, id: string): Promise<boolean>
  /** Removes all configs of a stream, before the stream itself goes. */
  removeAll(stream: string): Promise<void>
}

/** Configs of one task: each event goes to all of them. */
export const MAX_PUSH_CONFIGS = 20

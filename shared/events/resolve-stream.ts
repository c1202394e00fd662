import type { Caller } from '../access/caller.ts'
import { grants } from '../access/scopes.ts'
import type { Clock } from '../kernel/clock.ts'
import { conflict } from '../kernel/errors.ts'
import type { StreamStateStore } from '../streams/stream-state-store.ts'
import type { StreamState } from '../streams/stream-state.ts'
import type { TaskAlias, TaskAliases } from '../streams/task-aliases.ts'

/**
 * Which stream somebody means by an id that no stream has: the log of the task to which an agent gave the id, else a
 * stream of that id which is yet to begin. The task of somebody else is as if it were not there.
 * @throws GatewayError 409 when several agents gave the id.
 */
export type ResolveStream = (taskId: string, caller: Caller) => Promise<string>

/** The stream of a task, and what is known of it. A stream of that very id wins. @throws as ResolveStream */
export type FindStream = (
  taskId: string,
  caller: Caller,
) => Promise<{ stream: string; state: StreamState | undefined }>

const maySee = (caller: Caller, { owner }: TaskAlias): boolean =>
  owner === caller.name || grants(caller.scopes, 'admin')

const choose = (taskId: string, aliases: readonly TaskAlias[], caller: Caller): string => {
  const visible = aliases.filter((alias) => maySee(caller, alias))
  if (visible.length <= 1) return visible[0]?.stream ?? taskId
  const agents = visible.map(({ agentId }) => agentId).toSorted()
  throw conflict(
    `Several agents have a task "${taskId}": ${agents.join(', ')}. Use the correlation id of the call instead of the task id, or ask the agent for its task.`,
  )
}

export const createResolveStream = (options: {
  find: TaskAliases['find']
  clock: Clock
  /** How long an answer serves everybody: the many who wait for one task then ask for its aliases once. */
  sharedMs: number
}): ResolveStream => {
  const { find, clock, sharedMs } = options
  const asked = new Map<string, { until: number; aliases: Promise<TaskAlias[]> }>()

  const ask = (taskId: string): Promise<TaskAlias[]> => {
    const aliases = find(taskId)
    asked.set(taskId, { until: clock.now() + sharedMs, aliases })
    aliases.catch(() => asked.delete(taskId))
    return aliases
  }

  const lookUp = (taskId: string): Promise<TaskAlias[]> => {
    for (const [id, { until }] of asked) {
      if (until > clock.now()) break
      asked.delete(id)
    }
    return asked.get(taskId)?.aliases ?? ask(taskId)
  }

  return async (taskId, caller) => {
    // A ticket was issued to somebody who might see the stream; what the id leads to later is none of its business.
    if (caller.kind === 'ticket') return caller.opens ?? taskId
    return choose(taskId, await lookUp(taskId), caller)
  }
}

export const createFindStream =
  (options: { store: StreamStateStore; resolve: ResolveStream }): FindStream =>
  async (taskId, caller) => {
    const { store, resolve } = options
    const found = await store.read(taskId)
    if (found !== undefined) return { stream: taskId, state: found.value }
    const stream = await resolve(taskId, caller)
    return { stream, state: stream === taskId ? undefined : (await store.read(stream))?.value }
  }

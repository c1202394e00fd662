import * as z from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { parseJson } from '../../kernel/json.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import { isTerminal } from '../dialect/task-state.ts'
import type { TaskLog } from '../log/task-log.ts'
import type { SessionStore } from '../sessions/session-store.ts'

const State = z.object({ status: z.object({ state: z.string() }) })

/**
 * Takes note of a task that its agent has answered. While a call is made its own events tell; a task that has ended
 * while it waited for its client (cancelled, say) is told by nobody else.
 */
export const createObserveTask =
  (options: {
    sessions: SessionStore
    taskLog: TaskLog
    store: Pick<StreamStateStore, 'read'>
    clock: Clock
  }) =>
  async (stream: string, taskText: string): Promise<void> => {
    const { sessions, taskLog, store, clock } = options
    const task = State.safeParse(parseJson(taskText).value)
    if (!task.success || !isTerminal(task.data.status.state)) return
    const found = await sessions.get(stream)
    // A log that does not wait has an end, or somebody who will write it.
    if (found?.session.state !== 'paused') return
    const { continuedBy } = found.session
    const writer = continuedBy === undefined ? undefined : await sessions.get(continuedBy)
    if (writer?.session.state === 'active') return
    if ((await store.read(stream))?.value.end !== undefined) return
    const epoch = found.session.epoch + 1
    const session = { ...found.session, epoch, state: 'completed' as const, lastActivity: clock.now() }
    const said = { text: jsonObject([['task', taskText]]) }
    try {
      await taskLog.write(session, [{ kind: 'event', said }], { epoch, sequence: 0 })
    } catch (error) {
      // Somebody else has read the task at the same time, and told it first.
      if (error instanceof GatewayError && error.code === 'conflict') return
      throw error
    }
    await sessions.set(session, found.version)
  }

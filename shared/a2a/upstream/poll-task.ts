import type { Said, Shape } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import { isAgentTrouble } from './agent-trouble.ts'
import type { TaskWatch } from './watch-task.ts'

const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 5_000
const GROWTH = 1.5
/** Polls that may fail in a row before the task is given up: its agent may be restarting. */
const MAX_FAILURES = 10

/** A task as an event: of 0.3 JSON-RPC it is one already. */
const asEvent = (task: string, shape: Shape): string =>
  shape === '0.3' ? task : jsonObject([['task', task]])

/**
 * Tells of a task by asking for it again and again, until it comes to a terminal or interrupted state: a snapshot
 * whenever it has changed.
 * @throws A2aFailure
 */
export async function* pollTask(options: {
  watch: TaskWatch
  /** The task in the words of the agent. */
  getTask(): Promise<string>
  shape: Shape
  clock: Clock
  signal: AbortSignal
}): AsyncGenerator<Said, void, undefined> {
  const { watch, getTask, shape, clock, signal } = options
  let last: string | undefined
  let failures = 0
  let pauseMs = FIRST_PAUSE_MS
  const pause = async (): Promise<void> => {
    await clock.sleep(pauseMs, signal)
    signal.throwIfAborted()
    pauseMs = Math.min(pauseMs * GROWTH, MAX_PAUSE_MS)
  }
  // What has just been told need not be asked for.
  if (watch.hasBegun()) await pause()
  for (;;) {
    try {
      const task = await getTask()
      failures = 0
      const said = watch.read({ text: asEvent(task, shape) })
      if (task !== last) yield said
      last = task
    } catch (error) {
      if (signal.aborted || !isAgentTrouble(error) || ++failures > MAX_FAILURES) throw error
    }
    if (watch.hasEnded()) return
    await pause()
  }
}

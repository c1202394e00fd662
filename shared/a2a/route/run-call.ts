import type { Clock } from '../../kernel/clock.ts'
import { isTransient } from '../../kernel/retry.ts'
import type { Log } from '../../kernel/log.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure } from '../a2a-failure.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import type { AgentCall, AgentItem, CallAgent } from '../agent-call.ts'
import type { LogEntry } from '../log/log-event.ts'
import type { TaskLog } from '../log/task-log.ts'
import type { Claim } from '../sessions/hold-claim.ts'
import type { Session } from '../sessions/session.ts'
import { describeItem } from './describe-item.ts'
import { expectTask } from './expect-task.ts'
import { inBatches } from './in-batches.ts'
import { createListenToAgent } from './listen-to-agent.ts'

export type RunCall = (run: {
  claim: Claim
  agent: Agent
  call: AgentCall
  /** Where everything goes: the task's log, or over the bus to it. */
  sink: TaskLog
  /** Goes on with the session's task instead of making the call. */
  resumes: boolean
  /** Milliseconds for which what was said may wait for more, so that a short call is one append. */
  lingerMs?: number
  onEvents?(events: readonly LoggedEvent[]): void
}) => Promise<void>

const entryOf = ({ kind, said }: AgentItem): LogEntry => ({ kind, said })

/**
 * Makes a call, or goes on with it, under a claim: everything the agent says goes to the sink, in order, numbered; so
 * does the failure that ends it. Resolves when the call has ended and the claim is given back.
 * @throws GatewayError when the storage or the bus does not take what was said: the message must come again.
 */
export const createRunCall = (options: {
  callAgent: CallAgent
  clock: Clock
  log: Log
  maxPendingBytes: number
}): RunCall => {
  const listen = createListenToAgent(options)
  const { clock } = options

  /** Keeps the name of a task that goes on: whoever takes over must know it. */
  const keepTaskId = async (claim: Claim, items: readonly AgentItem[]): Promise<void> => {
    const said = items.map(describeItem)
    const taskId = said.find((facts) => facts.taskId !== undefined)?.taskId
    const goesOn = said.at(-1)?.ends !== 'terminal'
    if (taskId !== undefined && claim.session().taskId === undefined && goesOn) await claim.change({ taskId })
  }

  const endState = (last: AgentItem | undefined): Session['state'] =>
    last !== undefined && describeItem(last).ends === 'interrupted' ? 'paused' : 'completed'

  return async (run) => {
    const { claim, sink, lingerMs } = run
    const batches = inBatches(expectTask(listen(run), run), {
      maxSize: options.maxPendingBytes,
      sizeOf: ({ said }) => said.text.length,
      ...(lingerMs === undefined
        ? {}
        : {
            linger: {
              wait: () => clock.sleep(lingerMs),
              isLast: (item) => describeItem(item).ends !== undefined,
            },
          }),
    })
    let sequence = 0
    const write = async (entries: LogEntry[]): Promise<readonly LoggedEvent[]> => {
      const { epoch } = claim.session()
      const events = await sink.write(claim.session(), entries, { epoch, sequence })
      sequence += entries.length
      return events
    }
    let last: AgentItem | undefined
    try {
      for await (const items of batches) {
        last = items.at(-1)
        const [events] = await Promise.all([write(items.map(entryOf)), keepTaskId(claim, items)])
        // Whoever hears that the task waits may answer, or cancel it, at once.
        if (endState(last) === 'paused') await claim.release({ state: 'paused' })
        run.onEvents?.(events)
      }
      if (endState(last) === 'completed') await claim.release({ state: 'completed' })
    } catch (error) {
      claim.abandon()
      if (claim.lost.aborted) return
      if (!(error instanceof A2aFailure) || isTransient(error)) throw error
      await write([{ kind: 'failure', error: error.value }])
      await claim.release({ state: 'failed' })
      throw error
    }
  }
}

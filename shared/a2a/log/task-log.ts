import type { Clock } from '../../kernel/clock.ts'
import type { AppendAll } from '../../streams/append.ts'
import type { StreamBell } from '../../streams/bell.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { TaskAliases } from '../../streams/task-aliases.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import type { Session } from '../sessions/session.ts'
import { createAppendEntries } from './append-entries.ts'
import { expandEntries } from './expand-entries.ts'
import type { LogEntry } from './log-event.ts'
import { readTexts } from './read-log.ts'
import { createRecentTexts, type LogPlace } from './recent-texts.ts'

/** Keeps what agents say: in the log of the call and, when the call goes on with a task, in the log of that task too. */
export type TaskLog = {
  /** Begins to make the name of a task known, before anything of it is written; what goes wrong shows in `write`. */
  expect?(session: Session, taskId: string): void
  /**
   * Appends entries and announces them; repeating it is harmless.
   * @returns the events among them, with their seq in the call's log.
   * @throws A2aFailure INVALID_AGENT_RESPONSE when the agent names a task of somebody else; nothing of theirs changes.
   */
  write(session: Session, entries: readonly LogEntry[], place: LogPlace): Promise<LoggedEvent[]>
}

/** The task that the entries name. @throws A2aFailure when it is not the one that was asked about. */
const readTaskId = (session: Session, entries: readonly LogEntry[]): string | undefined => {
  const named = entries
    .map((entry) => (entry.kind === 'event' ? describeEvent(entry.said.text).taskId : undefined))
    .filter((taskId) => taskId !== undefined)
  const expected = session.taskId ?? named[0]
  if (named.every((taskId) => taskId === expected)) return named[0]
  throw a2aFailure(
    'INVALID_AGENT_RESPONSE',
    `The agent "${session.agentId}" answered with another task than the one it was asked about. Nothing of it was passed on.`,
  )
}

export const createTaskLog = (options: {
  appendAll: AppendAll
  store: StreamStateStore
  aliases: TaskAliases
  bell: StreamBell
  clock: Clock
  /** The caller hands what is written to its own client: nothing else need be waited for, neither the name nor the bell. */
  forOwnClient?: boolean
}): TaskLog => {
  const { appendAll, store, aliases, bell, clock, forOwnClient = false } = options

  /** Makes the name that the agent gave the task known. Answers the log of the task when it has one already. */
  const nameTask = async (session: Session, taskId: string): Promise<string> => {
    const { agentId, subject: owner, correlationId: stream } = session
    const alias = await aliases.create({ agentId, taskId, owner, stream })
    if (alias.owner !== owner) {
      throw a2aFailure(
        'INVALID_AGENT_RESPONSE',
        `The agent "${agentId}" answered with a task that belongs to somebody else. Nothing of it was passed on.`,
      )
    }
    return alias.stream
  }

  const append = createAppendEntries({ appendAll, bell, clock, ringsLater: forOwnClient })
  const recent = createRecentTexts()

  return {
    expect: (session, taskId) => void nameTask(session, taskId).catch(() => undefined),
    write: async (session, entries, place) => {
      const named = readTaskId(session, entries)
      const known =
        named === undefined || session.taskId !== undefined ? session : { ...session, taskId: named }
      const own = session.correlationId
      const earlier = async (): Promise<readonly string[]> => {
        if (session.taskStream !== undefined) return readTexts(store, session.taskStream)
        return recent.before(own, place) ?? readTexts(store, own)
      }
      const placed = await expandEntries(entries, place.sequence, earlier)
      const naming = named === undefined ? own : nameTask(session, named)
      // Whoever follows the log must not see what is refused.
      if (!forOwnClient) await naming
      const [seqs, aliased] = await Promise.all([
        append(own, known, { entries: placed, epoch: place.epoch }),
        naming,
      ])
      recent.note(own, place, entries)
      const taskStream = session.taskStream ?? aliased
      const ofTask = placed.filter(({ entry }) => entry.kind === 'event' || entry.kind === 'final')
      if (taskStream !== own) await append(taskStream, known, { entries: ofTask, epoch: place.epoch })
      return placed.flatMap(({ entry }, index) =>
        entry.kind === 'event' ? [{ seq: seqs[index] ?? 0, said: entry.said }] : [],
      )
    },
  }
}

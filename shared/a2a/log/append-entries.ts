import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { announceAll } from '../../streams/announce.ts'
import type { AppendAll, AppendRequest } from '../../streams/append.ts'
import type { StreamBell } from '../../streams/bell.ts'
import type { Session } from '../sessions/session.ts'
import type { PlacedEntry } from './expand-entries.ts'
import { closesWith, encodeLogEvent, type LogEntry } from './log-event.ts'

/** Appends entries of a call to a log and announces them; answers their seqs. @throws GatewayError */
export type AppendEntries = (
  stream: string,
  session: Session,
  batch: { entries: readonly PlacedEntry[]; epoch: number },
) => Promise<number[]>

/** Keeps the numbers of one attempt apart from those of the next in `event_index`. */
const INDICES_PER_EPOCH = 1_000_000

/** The time of an attempt is no part of what was said; a final payload follows from the events before it. */
const identityOf = (entry: LogEntry): string => {
  if ('said' in entry) return entry.said.text
  return entry.kind === 'final' ? entry.kind : JSON.stringify(entry.error)
}

const toRequest = (
  { entry, sequence, part }: PlacedEntry,
  { stream, session, epoch, now }: { stream: string; session: Session; epoch: number; now: number },
): AppendRequest => {
  const { agentId, correlationId, taskId } = session
  const index = (epoch - 1) * INDICES_PER_EPOCH + sequence
  const facts = { taskId: taskId ?? correlationId, agentId, agentName: agentId, index, now }
  return {
    stream,
    body: encodeLogEvent(entry, facts),
    identity: identityOf(entry),
    producer: { id: `${correlationId}/${epoch}/${part}`, index: sequence },
    closes: closesWith(entry),
    ...(taskId === undefined ? {} : { alias: { agentId, taskId } }),
  }
}

export const createAppendEntries =
  (options: {
    appendAll: AppendAll
    bell: StreamBell
    clock: Clock
    /** Rings once the process has nothing more urgent to do. */
    ringsLater: boolean
  }): AppendEntries =>
  async (stream, session, { entries, epoch }) => {
    const { appendAll, bell, clock } = options
    const at = { stream, session, epoch, now: clock.now() }
    const requests = entries.map((entry) => toRequest(entry, at))
    const results = await appendAll(requests)
    if (results.some(({ outcome }) => outcome === 'expired' || outcome === 'conflict')) {
      throw new GatewayError(
        'conflict',
        `The log "${stream}" does not take what the agent says: its time is over.`,
      )
    }
    // Whoever waits elsewhere hears it; who has said it need not wait for that. It never throws.
    const ring = (): void => void announceAll(bell, requests, results)
    if (options.ringsLater) setImmediate(ring)
    else ring()
    return results.map((result) => ('seq' in result ? result.seq : -1))
  }

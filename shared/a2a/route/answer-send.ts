import type { Said } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import { foldEvents } from '../dialect/fold-events.ts'
import { truncateHistory } from '../dialect/truncate-history.ts'
import { ABORTED } from '../../kernel/aborted.ts'

/** Events up to the one that ends the task or waits for its client; up to the first one; or for as long as there is time. */
const collect = async (
  events: AsyncGenerator<LoggedEvent, void, undefined>,
  { clock, waitMs, onlyFirst }: { clock: Clock; waitMs: number; onlyFirst: boolean },
): Promise<Said[]> => {
  const over = new AbortController()
  const late = clock.sleep(waitMs, over.signal).then(() => undefined)
  const said: Said[] = []
  try {
    for (;;) {
      const next = events.next()
      next.catch(() => undefined)
      const winner = await Promise.race([next, late])
      if (winner === undefined || winner.done === true) return said
      said.push(winner.value.said)
      if (onlyFirst || describeEvent(winner.value.said.text).ends !== undefined) return said
    }
  } finally {
    over.abort(ABORTED)
    void events.return()
  }
}

/**
 * The answer to a send: the message, or the task as it stands when it has ended, waits for its client, or the time is
 * over. What the agent said in one piece passes as it is.
 * @param earlier the events of a task that the message goes on with, as 1.0 JSON texts.
 */
export const answerSend = async (
  events: AsyncGenerator<LoggedEvent, void, undefined>,
  options: {
    clock: Clock
    waitMs: number
    onlyFirst: boolean
    historyLength?: number | undefined
    earlier(): Promise<readonly string[]>
  },
): Promise<Said> => {
  const said = await collect(events, options)
  const [first, ...others] = said
  if (first === undefined) {
    throw a2aFailure('AGENT_FAILED', 'The agent ended its answer without a task or a message.')
  }
  const { type } = describeEvent(first.text)
  const isWhole = type === 'task' || type === 'message'
  if (isWhole && others.length === 0) return first
  const earlier = isWhole ? [] : await options.earlier()
  const { task, message } = foldEvents([...earlier, ...said.map(({ text }) => text)])
  const { extensions } = first
  if (task === undefined) return { text: JSON.stringify({ message }), extensions }
  const { historyLength } = options
  return {
    text: JSON.stringify({ task: historyLength === undefined ? task : truncateHistory(task, historyLength) }),
    extensions,
  }
}

import type { Clock } from '../../kernel/clock.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import { ABORTED } from '../../kernel/aborted.ts'

/**
 * Events up to the one that ends the task or waits for its client: official clients take a clean end as success, so
 * every other end is thrown.
 */
export async function* answerStream(
  events: AsyncGenerator<LoggedEvent, void, undefined>,
  { clock, maxMs }: { clock: Clock; maxMs: number },
): AsyncGenerator<LoggedEvent, void, undefined> {
  const over = new AbortController()
  const late = clock.sleep(maxMs, over.signal).then(() => undefined)
  try {
    for (;;) {
      const next = events.next()
      next.catch(() => undefined)
      const winner = await Promise.race([next, late])
      if (winner === undefined) {
        const minutes = Math.round(maxMs / 60_000)
        throw a2aFailure(
          'TIMEOUT',
          `A stream lasts ${minutes} minutes at most. The task goes on: subscribe to it again.`,
        )
      }
      if (winner.done === true) {
        throw a2aFailure(
          'AGENT_FAILED',
          'The stream broke off before the task ended. Get the task to see how it stands.',
        )
      }
      yield winner.value
      if (describeEvent(winner.value.said.text).ends !== undefined) return
    }
  } finally {
    over.abort(ABORTED)
    void events.return()
  }
}

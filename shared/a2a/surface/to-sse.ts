import type { Clock } from '../../kernel/clock.ts'
import { encodeSse } from '../../kernel/sse.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import { ABORTED } from '../../kernel/aborted.ts'

export type SseOptions = {
  clock: Clock
  /** Milliseconds between two comments while the agent says nothing. */
  commentMs: number
  signal: AbortSignal
  /** The data of an event. */
  render(event: LoggedEvent): string
  /** The data of the `error` event with which a stream ends that broke off. */
  renderFailure(error: unknown): string
}

/** A failure is seen where it is awaited; a client that left before has no use for it. */
const quiet = <Value>(promise: Promise<Value>): Promise<Value> => {
  promise.catch(() => undefined)
  return promise
}

/**
 * The events of a task as server-sent events, up to the end of the task; a stream that breaks off says so in an event
 * `error`, because official clients take a clean end for success. Comments keep a silent connection open.
 */
export async function* toSse(
  events: AsyncIterable<LoggedEvent>,
  options: SseOptions,
): AsyncGenerator<string, void, undefined> {
  const { clock, commentMs, signal, render, renderFailure } = options
  const leave = new AbortController()
  const over = AbortSignal.any([signal, leave.signal])
  const tick = (): Promise<'tick'> => clock.sleep(commentMs, over).then(() => 'tick')
  const iterator = events[Symbol.asyncIterator]()
  try {
    let ticking = tick()
    let pending = quiet(iterator.next())
    while (!signal.aborted) {
      const winner = await Promise.race([pending, ticking])
      if (winner === 'tick') {
        if (signal.aborted) return
        yield encodeSse({ comment: '' })
        ticking = tick()
        continue
      }
      if (winner.done === true) return
      yield encodeSse({ id: String(winner.value.seq), data: render(winner.value) })
      pending = quiet(iterator.next())
    }
  } catch (error) {
    if (!signal.aborted) yield encodeSse({ event: 'error', data: renderFailure(error) })
  } finally {
    leave.abort(ABORTED)
    // Not waited for: a source that is still reading ends by the signal of the request.
    Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}

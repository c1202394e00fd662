import type { LocalClock } from '../../service/clock.ts'
import type { Faults } from '../../service/faults.ts'
import type { Meter } from '../../service/meter.ts'
import { hitFault } from '../hit-fault.ts'
import { billedMessages } from '../hubs/deliver.ts'
import { UPSTREAM_RETRY_DELAYS_MS, UPSTREAM_TIMEOUT_MS } from '../limits.ts'
import { post, type Reply } from './post.ts'
import { reasonOf, UnreachableError } from './unreachable-error.ts'

export type EventRequest = {
  url: string
  hub: string
  event: string
  headers: Record<string, string>
  body: string | Buffer
  /** Makes sure that the handler wants to be called. @throws UnreachableError to be asked again. */
  validate(): Promise<void>
  /** Gives the call up. */
  signal?: AbortSignal | undefined
}

export type EventReply = Reply

type PostOptions = { clock: LocalClock; faults: Faults; meter: Meter }

const fault: Record<'unavailable' | 'refuse', number> = { unavailable: 503, refuse: 403 }

const isTransient = ({ status }: EventReply): boolean => status === 408 || status >= 500

const attempt = async ({ clock, faults, meter }: PostOptions, request: EventRequest): Promise<EventReply> => {
  const { url, hub, event, headers, body, signal } = request
  const hit = await hitFault(faults, 'upstream', [event, hub])
  if (hit === 'drop') throw new UnreachableError('a fault cut the connection')
  if (hit !== undefined) return { status: fault[hit], headers: {}, body: Buffer.alloc(0) }
  await request.validate()
  meter.count('upstream.message', billedMessages(Buffer.byteLength(body)))
  let giveUp = (_reason: Error): void => undefined
  const timer = clock.after(UPSTREAM_TIMEOUT_MS, () => giveUp(new Error('no answer in time')))
  const onAbort = (): void => giveUp(new Error('given up'))
  signal?.addEventListener('abort', onAbort)
  try {
    return await post({
      url,
      headers,
      body,
      onRequest: (sent) => {
        giveUp = (reason) => void sent.destroy(reason)
      },
    })
  } catch (error) {
    throw new UnreachableError(reasonOf(error))
  } finally {
    timer.cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * Posts an event and tries again, after 1, 3 and 5 seconds, when the event handler cannot be reached or answers 408 or
 * 5xx. The repetitions carry the same ce-id.
 * @throws UnreachableError when there is no answer to the last attempt either.
 */
export const postEvent = async (options: PostOptions, request: EventRequest): Promise<EventReply> => {
  for (const delay of UPSTREAM_RETRY_DELAYS_MS) {
    const reply = await attempt(options, request).catch((error: unknown) => {
      if (request.signal?.aborted === true || !(error instanceof UnreachableError)) throw error
      return undefined
    })
    if (reply !== undefined && !isTransient(reply)) return reply
    await new Promise<void>((resolve) => options.clock.after(delay, resolve))
  }
  return attempt(options, request)
}

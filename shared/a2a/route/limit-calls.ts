import { a2aFailure } from '../a2a-failure.ts'
import type { A2aRequest } from '../a2a-request.ts'

/** Counts what goes on in this process, and refuses what would be too much. */
export type LimitCalls = {
  /** Counts the request until it is answered or its client has left. @throws A2aFailure TOO_LARGE, OVERLOADED. */
  admit(request: A2aRequest, isElsewhere: boolean): void
}

const STREAMS: ReadonlySet<string> = new Set(['stream', 'subscribe'])

/** Seconds after which a client that was refused may find room. */
const RETRY_SECONDS = 5

export const createLimitCalls = (limits: {
  maxMessageBytes: number
  maxConcurrentStreams: number
  queueDepthThreshold: number
}): LimitCalls => {
  const counts = { streams: 0, onBus: 0 }
  const kinds = {
    streams: { max: limits.maxConcurrentStreams, what: 'open streams' },
    onBus: { max: limits.queueDepthThreshold, what: 'unanswered requests on the bus' },
  }

  const hold = (kind: keyof typeof counts, signal: AbortSignal): void => {
    const { max, what } = kinds[kind]
    if (counts[kind] >= max) {
      throw a2aFailure(
        'OVERLOADED',
        `The gateway has ${max} ${what} at the moment, as many as it may. Try again soon.`,
        {
          retryAfterSeconds: RETRY_SECONDS,
        },
      )
    }
    if (signal.aborted) return
    counts[kind]++
    signal.addEventListener('abort', () => counts[kind]--, { once: true })
  }

  return {
    admit: ({ params, operation, signal }, isElsewhere) => {
      if (Buffer.byteLength(params) > limits.maxMessageBytes) {
        throw a2aFailure(
          'TOO_LARGE',
          `The message is larger than ${limits.maxMessageBytes} bytes. Make it smaller, send a file by its URL, or have limits.maxMessageSize raised.`,
        )
      }
      if (STREAMS.has(operation)) hold('streams', signal)
      if (isElsewhere) hold('onBus', signal)
    },
  }
}

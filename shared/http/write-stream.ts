import type { ServerResponse } from 'node:http'
import type { BodyStream } from './gateway-response.ts'
import { STREAM_END_MS } from './limits.ts'

const ABORTED = Symbol('aborted')

/** The value of a promise, or ABORTED as soon as the signal aborts. No listener outlives the answer. */
const orAborted = <Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | typeof ABORTED> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(ABORTED)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })

/** Waits until the response takes more, is closed, or the signal aborts. */
const untilDrained = (response: ServerResponse, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted || response.destroyed || !response.writableNeedDrain) done()
  })

const pause = (ms: number): { over: Promise<boolean>; cancel(): void } => {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  return { over, cancel: () => clearTimeout(timer) }
}

/** Ends a stream that is no longer wanted. False when it did not end in time: it ignores its signal. */
const endStream = async (iterator: AsyncIterator<unknown>): Promise<boolean> => {
  const limit = pause(STREAM_END_MS)
  try {
    const ended = Promise.resolve(iterator.return?.()).then(() => true)
    return await Promise.race([ended, limit.over])
  } finally {
    limit.cancel()
  }
}

/**
 * Sends a stream piece by piece, never more than the connection takes: the next piece is asked for when the last one
 * is gone. Ends when the stream ends or `signal` aborts; then the stream is returned, so that its `finally` runs.
 * @returns false when the stream did not end although it was told to.
 * @throws whatever the stream throws.
 */
export const writeStream = async (
  response: ServerResponse,
  stream: BodyStream,
  signal: AbortSignal,
): Promise<boolean> => {
  const iterator = stream[Symbol.asyncIterator]()
  while (!signal.aborted) {
    const next = await orAborted(iterator.next(), signal)
    if (next === ABORTED) break
    if (next.done === true) return true
    if (!response.write(next.value)) await untilDrained(response, signal)
  }
  return endStream(iterator)
}

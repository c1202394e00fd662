import { ExecArgs } from '../../shared/contract/signaling/exec-args.ts'
import { ClientError } from '../client-error.ts'
import type { Message, Payloads } from '../messages.ts'
import type { Platform } from '../platform.ts'
import type { Session } from '../session/session.ts'
import type { Outbox } from './outbox.ts'
import { toExecError } from './to-exec-error.ts'
import { orAborted, untilAborted } from './until-aborted.ts'

/** A call that an A2A client makes through the gateway. */
export type Call = {
  /** A method of A2A 1.0, as `SendStreamingMessage`. */
  method: string
  params: Record<string, unknown>
  /** The A2A headers of the client, by their names in small letters. */
  headers: Record<string, string>
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal
}

/**
 * Answers a call: with the result of the method, or with a StreamResponse after the other. What it throws is told to the
 * caller where it has a whole number as `code`, as the errors of JSON-RPC have.
 */
export type CallHandler = (call: Call) => unknown

const INVALID_PARAMS = -32602

const readArgs = (args: unknown): ExecArgs => {
  const { success, data } = ExecArgs.safeParse(args)
  if (success) return data
  const message = 'The request has no method with params.'
  throw Object.assign(new Error(message), { code: INVALID_PARAMS })
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

type Say = (payload: Payloads['EXEC_RESPONSE'], isLast?: boolean) => Promise<void>

const answerCall = async (handler: CallHandler, args: unknown, how: { signal: AbortSignal; say: Say }) => {
  const { signal, say } = how
  const answer = await orAborted((async () => handler({ ...readArgs(args), signal }))(), signal)
  if (!isAsyncIterable(answer)) return say({ result: answer, status: 'completed' }, true)
  for await (const result of untilAborted(answer, signal)) await say({ result, status: 'streaming' })
  return say({ status: 'completed' }, true)
}

/** Takes the calls that the gateway makes, each on its own. */
export const createServe = (options: { session: Session; outbox: Outbox; platform: Platform }) => {
  const { session, outbox, platform } = options

  const take = async (
    handler: CallHandler,
    { id, from, payload }: Message<'EXEC_REQUEST'>,
  ): Promise<void> => {
    const stopping = new AbortController()
    const over = new AbortController()
    const end = (error: ClientError): void => stopping.abort(error)
    const push = (said: Payloads['EXEC_RESPONSE'], isLast: boolean, onRefused: typeof end): Promise<void> => {
      // `timeout_ms` is the time to the first answer.
      over.abort()
      return outbox.push({ to: from, correlationId: id, payload: said, isLast, onRefused })
    }
    const fail = async (error: unknown): Promise<void> => {
      const isForgotten = error instanceof ClientError && error.details['reason'] === 'unknown_request'
      if (session.ended.aborted || isForgotten) return
      await push({ status: 'failed', error: toExecError(error) }, true, () => undefined)
    }
    // The last one may be refused when the call is over here.
    const say: Say = (said, isLast = false) => push(said, isLast, isLast ? (error) => void fail(error) : end)

    const { timeout_ms: timeoutMs } = payload
    if (typeof timeoutMs === 'number') {
      const late = new ClientError(
        'timeout',
        `No answer came within the ${timeoutMs} ms that the call allows.`,
      )
      void platform.sleep(timeoutMs, over.signal).then(() => over.signal.aborted || end(late))
    }
    const close = (): void => end(new ClientError('closed', 'The connection was closed.'))
    session.ended.addEventListener('abort', close)
    try {
      await answerCall(handler, payload.args, { signal: stopping.signal, say })
    } catch (error) {
      await fail(error)
    } finally {
      session.ended.removeEventListener('abort', close)
      over.abort()
    }
  }

  return (handler: CallHandler): (() => void) =>
    session.events.on('exec_request', (message) => {
      // Other agents may send such frames too; only the gateway's are calls of A2A.
      if (message.from === session.gatewayDid) void take(handler, message).catch(() => undefined)
    })
}

import type { Clock } from '../../kernel/clock.ts'
import { badRequest, tooLarge } from '../../kernel/errors.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import type { Log } from '../../kernel/log.ts'
import type { Watch, WatchItem } from '../../streams/watch.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import type { Sockets } from '../sockets.ts'
import type { RequestIds } from './create-request-ids.ts'
import { decodeExecReply, type ExecReply } from './exec-reply.ts'
import { execStream } from './exec-stream.ts'

/** A call of an agent; `params` is JSON text and goes byte for byte. */
export type ExecCall = {
  method: string
  params: string
  headers: Readonly<Record<string, string>>
  stream: boolean
  timeoutMs: number
}

/**
 * Sends an EXEC_REQUEST to an agent and yields what it answers, each answer once. Ends without a last answer when the
 * signal is aborted or what was said is no longer kept.
 * @throws GatewayError 413 when the request is too large for a frame, 400 when it cannot be signed, 503
 */
export type Execute = (
  did: string,
  call: ExecCall,
  options: { signal: AbortSignal },
) => AsyncGenerator<ExecReply, void, undefined>

export const createExecute = (options: {
  sockets: Pick<Sockets, 'forward'>
  identity: GatewayIdentity
  requestIds: Pick<RequestIds, 'issue'>
  watch: Watch
  clock: Clock
  log: Log
  /** Bytes of a frame. */
  maxFrameBytes: number
}): Execute => {
  const { sockets, identity, requestIds, watch, clock, log, maxFrameBytes } = options

  const sign = (id: string, to: string, call: ExecCall): string => {
    const { method, params, headers, stream, timeoutMs } = call
    const timestamp = new Date(clock.now()).toISOString()
    const args = jsonObject(
      new Map([
        ['method', JSON.stringify(method)],
        ['params', params],
        ['headers', JSON.stringify(headers)],
      ]),
    )
    const payload = `{"args":${args},"timeout_ms":${timeoutMs},"stream":${stream}}`
    const head = JSON.stringify({ id, correlation_id: null, timestamp, to, type: 'EXEC_REQUEST' })
    try {
      return identity.signJson(`${head.slice(0, -1)},"payload":${payload}}`)
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause
      throw badRequest(
        `The message cannot be signed for an agent that is connected by WebSocket: ${cause.message}. Correct it.`,
        { cause },
      )
    }
  }

  const toFrame = (id: string, to: string, call: ExecCall): string => {
    const frame = sign(id, to, call)
    if (Buffer.byteLength(frame) <= maxFrameBytes) return frame
    throw tooLarge(
      `The message is too large for an agent that is connected by WebSocket: a frame has at most ${maxFrameBytes} bytes. Make it smaller, or send a file by its URL.`,
    )
  }

  async function* repliesOf(items: AsyncIterable<WatchItem>): AsyncGenerator<ExecReply, void, undefined> {
    for await (const item of items) {
      if (item.kind === 'ready') continue
      if (item.kind !== 'events') return
      for (const { body } of item.events) yield decodeExecReply(body)
    }
  }

  return async function* (did, call, { signal }) {
    const id = requestIds.issue(did)
    const frame = toFrame(id, did, call)
    const items = watch(execStream(id), { from: 0, signal })
    try {
      // Listened to before the agent is asked: its answers are then heard, not found by polling.
      await items.next()
      await sockets.forward(did, frame)
      log.info('A call was handed to a connected agent.', {
        agent_id: did,
        message_id: id,
        method: call.method,
        bytes: frame.length,
      })
      yield* repliesOf(items)
    } finally {
      await items.return()
    }
  }
}

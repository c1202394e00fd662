import type { Clock } from '../../kernel/clock.ts'
import { tooLarge } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Watch, WatchItem } from '../../streams/watch.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import type { Sockets } from '../sockets.ts'
import type { RequestIds } from './create-request-ids.ts'
import type { ExecCall } from './exec-call.ts'
import { createSignExecRequest } from './sign-exec-request.ts'
import { decodeExecReply, type ExecReply } from './exec-reply.ts'
import { execStream } from './exec-stream.ts'

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
  const { sockets, requestIds, watch, log, maxFrameBytes } = options
  const sign = createSignExecRequest(options)

  const toFrame = (id: string, to: string, call: ExecCall): string => {
    const frame = sign({ id, to }, call)
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
        bytes: Buffer.byteLength(frame),
      })
      yield* repliesOf(items)
    } finally {
      await items.return()
    }
  }
}

import type { ServiceContext } from '../context.ts'
import type { Connection } from '../hubs/connection.ts'
import { billedMessages } from '../hubs/deliver.ts'
import type { Client } from './client.ts'
import type { FrameOf } from './frames/client-frame.ts'
import { readFramePayload } from './frames/parse-frame.ts'
import { invokeResponseFrame } from './frames/service-frames.ts'
import { eventError, refuseEventName } from './raise-event.ts'

const payloadOf = ({ dataType, data }: FrameOf<'invoke'>) =>
  dataType === undefined ? undefined : readFramePayload({ dataType, data })

/**
 * Hands an event to its handler and sends the handler's answer back under the id of the invocation. Invocations of one
 * client run side by side.
 */
export const invoke = (context: ServiceContext, { connection }: Client, frame: FrameOf<'invoke'>): void => {
  const { invocationId, event } = frame
  const payload = payloadOf(frame)
  const respond = (response: Parameters<typeof invokeResponseFrame>[1]): void => {
    const text = invokeResponseFrame(invocationId, response)
    context.meter.count('client.message', billedMessages(Buffer.byteLength(text)))
    connection.send(text)
  }
  const refusal = connection.invocations?.has(invocationId)
    ? ({ name: 'BadRequest', message: `Invocation '${invocationId}' is still running.` } as const)
    : refuseEventName(event)
  if (refusal !== undefined) {
    respond({ error: refusal })
    return
  }
  const abort = new AbortController()
  connection.invocations ??= new Map()
  connection.invocations.set(invocationId, abort)
  context.upstream
    .raise(connection, event, { payload, signal: abort.signal })
    .then(
      (reply) => respond({ payload: reply }),
      (error: unknown) => {
        if (!abort.signal.aborted) respond({ error: eventError(error) })
      },
    )
    .finally(() => {
      if (connection.invocations?.get(invocationId) === abort) connection.invocations.delete(invocationId)
    })
}

/** Gives an invocation up; nothing is answered. */
export const cancelInvocation = (connection: Connection, invocationId: string): void => {
  connection.invocations?.get(invocationId)?.abort()
  connection.invocations?.delete(invocationId)
}

import type { ServiceContext } from '../context.ts'
import { OutboundMessage } from '../hubs/outbound-message.ts'
import type { Payload } from '../hubs/payload.ts'
import { EVENT_NAME } from '../limits.ts'
import { UpstreamError } from '../upstream/call-handler.ts'
import type { Client } from './client.ts'
import type { AckError } from './frames/service-frames.ts'

/** Why an event failed, as an ack says it. */
export const eventError = (error: unknown): AckError => {
  if (error instanceof UpstreamError) return { name: 'InternalServerError', message: error.message }
  throw error
}

export const refuseEventName = (event: string): AckError | undefined =>
  EVENT_NAME.test(event)
    ? undefined
    : {
        name: 'BadRequest',
        message: `'${event}' is not an event name: a letter first, then letters, digits, _ . -`,
      }

/** Hands an event to its handler; what the handler answers goes to the client before the ack does. */
export const raiseEvent = async (
  context: ServiceContext,
  { connection }: Client,
  { event, payload }: { event: string; payload: Payload },
): Promise<AckError | undefined> => {
  try {
    const reply = await context.upstream.raise(connection, event, { payload })
    if (reply === undefined) return undefined
    await context.deliver({
      message: new OutboundMessage({ source: { from: 'server' }, payload: reply }),
      recipients: [connection],
      target: connection.id,
      hub: connection.identity.hub,
    })
    return undefined
  } catch (error) {
    return eventError(error)
  }
}

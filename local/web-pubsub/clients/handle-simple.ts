import type { ServiceContext } from '../context.ts'
import type { Payload } from '../hubs/payload.ts'
import type { Client } from './client.ts'
import { raiseEvent } from './raise-event.ts'
import { publishToGroup, refuseSending } from './send-to-group.ts'

/** The event that every frame of a simple client is. */
const SIMPLE_EVENT = 'message'

/** Takes a frame of a client without a sub-protocol of the service: an event, or a message for its group. */
export const handleSimple = (
  context: ServiceContext,
  client: Client,
  payload: Payload,
): Promise<void> | undefined => {
  const { hub, connection } = client
  const { publishesTo } = connection.identity
  if (publishesTo === undefined) {
    return raiseEvent(context, client, { event: SIMPLE_EVENT, payload }).then((error) => {
      if (error !== undefined) hub.end(connection, { code: 1011, reason: error.message })
    })
  }
  const refusal = refuseSending(connection, publishesTo.group)
  if (refusal === undefined) publishToGroup(context, client, { ...publishesTo, payload })
  else hub.end(connection, { code: 1008, reason: refusal.message })
  return undefined
}

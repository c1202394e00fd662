import { createHmac, randomUUID } from 'node:crypto'
import type { LocalClock } from '../../service/clock.ts'
import { listKeys, type AccessKeys } from '../tokens/keys.ts'
import type { EventName } from './choose-handler.ts'

/** The connection that an event is about. */
export type EventSubject = {
  connectionId: string
  hub: string
  userId: string | null
  subprotocol?: string | undefined
  state?: string | undefined
}

/** HTTP headers carry ASCII: everything else is percent-encoded, as the HTTP binding of CloudEvents 1.0 says (3.1.3.2). */
const headerValue = (text: string): string => text.replace(/[^\x20-\x7e]+/gu, encodeURIComponent)

/** Proves to the event handler that the caller holds a key. It covers the connection id alone, as on Azure. */
export const signConnection = (keys: AccessKeys, connectionId: string): string =>
  listKeys(keys)
    .map((key) => `sha256=${createHmac('sha256', key).update(connectionId).digest('hex')}`)
    .join(',')

const onlyDefined = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, headerValue(value)]],
    ),
  )

/** The headers of an event: CloudEvents 1.0 in binary mode, with the extensions of Web PubSub. */
export const eventHeaders = (
  event: EventName,
  { connectionId, hub, userId, subprotocol, state }: EventSubject,
  { keys, clock, origin }: { keys: AccessKeys; clock: LocalClock; origin: string },
): Record<string, string> =>
  onlyDefined({
    'webhook-request-origin': origin,
    'ce-specversion': '1.0',
    'ce-awpsversion': '1.0',
    'ce-type': `azure.webpubsub.${event.kind}.${event.name}`,
    'ce-source': `/hubs/${hub}/client/${connectionId}`,
    'ce-id': randomUUID(),
    'ce-time': new Date(clock.now()).toISOString(),
    'ce-signature': signConnection(keys, connectionId),
    'ce-connectionId': connectionId,
    'ce-hub': hub,
    'ce-eventName': event.name,
    'ce-userId': userId ?? undefined,
    'ce-subprotocol': subprotocol,
    'ce-connectionState': state,
  })

import type { ServiceContext } from '../context.ts'
import type { Connection } from '../hubs/connection.ts'
import { expiryOf } from '../hubs/expiry.ts'
import { allows } from '../hubs/grants.ts'
import { isGroupName } from '../hubs/group-name.ts'
import { OutboundMessage, type StreamPosition } from '../hubs/outbound-message.ts'
import type { Payload } from '../hubs/payload.ts'
import type { Client } from './client.ts'
import type { AckError } from './frames/service-frames.ts'

export type GroupMessage = {
  group: string
  noEcho: boolean
  payload: Payload
  metadata?: Record<string, string> | undefined
  ttlSeconds?: number | undefined
  stream?: StreamPosition
}

/** Why this client may not send to this group; undefined when it may. */
export const refuseSending = (connection: Connection, group: string): AckError | undefined => {
  if (!isGroupName(group)) return { name: 'BadRequest', message: 'Invalid group name: 1 to 1024 characters.' }
  if (allows(connection.grants, 'sendToGroup', group)) return undefined
  return { name: 'Forbidden', message: `The client does not have permission to send to group '${group}'.` }
}

const others = function* (members: Iterable<Connection>, sender: Connection): Generator<Connection> {
  for (const member of members) if (member !== sender) yield member
}

/** Publishes to a group in the name of a client, whose user id the service stamps on the message. */
export const publishToGroup = (
  { deliver, clock }: Pick<ServiceContext, 'deliver' | 'clock'>,
  { hub, connection }: Client,
  { group, noEcho, payload, metadata, ttlSeconds, stream }: GroupMessage,
): void => {
  const { userId } = connection.identity
  const members = hub.members(group)
  deliver({
    message: new OutboundMessage({
      source: { from: 'group', group, fromUserId: userId, ...(stream === undefined ? {} : { stream }) },
      payload,
      metadata,
      expiresAt: expiryOf(clock, ttlSeconds),
    }),
    recipients: noEcho ? others(members, connection) : members,
    target: group,
    hub: hub.name,
  })
}

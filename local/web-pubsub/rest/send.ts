import { expiryOf } from '../hubs/expiry.ts'
import type { Connection } from '../hubs/connection.ts'
import { findMetadataFault, readMetadata } from '../hubs/message-metadata.ts'
import { OutboundMessage, type MessageSource } from '../hubs/outbound-message.ts'
import { readPayload, type Payload } from '../hubs/payload.ts'
import { MESSAGE_TTL_MAX_SECONDS } from '../limits.ts'
import { connectionIdOf, groupOf, integerOf, userOf } from './parameters.ts'
import { RestError } from './rest-error.ts'
import type { RestReply, RestRequest, RestRoute } from './route.ts'
import { selectConnections } from './select-connections.ts'

const readBody = ({ headers, body }: RestRequest): Payload => {
  const contentType = headers['content-type']
  try {
    const payload = readPayload(contentType, body)
    if (payload !== undefined && payload.dataType !== 'protobuf') return payload
  } catch {
    throw new RestError(400, 'The body is not JSON.', 'message')
  }
  throw new RestError(
    415,
    `Content-Type ${contentType} is not supported. Use text/plain, application/json or application/octet-stream.`,
    'Content-Type',
  )
}

const send = (
  request: RestRequest,
  { source, recipients, target }: { source: MessageSource; recipients: Iterable<Connection>; target: string },
): RestReply => {
  const { context, hub, headers } = request
  const metadata = readMetadata(headers)
  const fault = findMetadataFault(metadata)
  if (fault !== undefined) throw new RestError(400, fault, 'metadata')
  const ttlSeconds = integerOf(request, 'messageTtlSeconds', { min: 0, max: MESSAGE_TTL_MAX_SECONDS })
  const message = new OutboundMessage({
    source,
    payload: readBody(request),
    metadata,
    expiresAt: expiryOf(context.clock, ttlSeconds),
  })
  context.deliver({ message, recipients: selectConnections(request, recipients), target, hub: hub.name })
  return { status: 202 }
}

const server: MessageSource = { from: 'server' }

export const sendRoutes: RestRoute[] = [
  {
    method: 'POST',
    path: '/:send',
    answer: (request) => {
      const { hub } = request
      return send(request, { source: server, recipients: hub.connections.values(), target: hub.name })
    },
  },
  {
    method: 'POST',
    path: '/groups/{group}/:send',
    answer: (request) => {
      const group = groupOf(request)
      const source = { from: 'group', group, fromUserId: null } as const
      return send(request, { source, recipients: request.hub.members(group), target: group })
    },
  },
  {
    method: 'POST',
    path: '/users/{user}/:send',
    answer: (request) => {
      const user = userOf(request)
      return send(request, { source: server, recipients: request.hub.connectionsOf(user), target: user })
    },
  },
  {
    method: 'POST',
    path: '/connections/{connection}/:send',
    answer: (request) => {
      const id = connectionIdOf(request)
      const connection = request.hub.connections.get(id)
      const recipients = connection === undefined ? [] : [connection]
      return send(request, { source: server, recipients, target: id })
    },
  },
]

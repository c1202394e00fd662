import { expiryOf } from '../clients/send-to-group.ts'
import type { Connection } from '../hubs/connection.ts'
import { findMetadataFault, readMetadata } from '../hubs/message-metadata.ts'
import { OutboundMessage, type MessageSource } from '../hubs/outbound-message.ts'
import { readPayload, type Payload } from '../hubs/payload.ts'
import { MESSAGE_TTL_MAX_SECONDS } from '../limits.ts'
import { selectConnections } from './select-connections.ts'
import { RestError } from './rest-error.ts'
import type { RestReply, RestRequest, RestRoute } from './route.ts'

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

const readTtl = ({ url }: RestRequest): number | undefined => {
  const text = url.searchParams.get('messageTtlSeconds')
  if (text === null) return undefined
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MESSAGE_TTL_MAX_SECONDS) return seconds
  throw new RestError(400, `messageTtlSeconds must be 0 to ${MESSAGE_TTL_MAX_SECONDS}.`, 'messageTtlSeconds')
}

const send = (
  request: RestRequest,
  { source, recipients, target }: { source: MessageSource; recipients: Iterable<Connection>; target: string },
): RestReply => {
  const { context, hub, headers } = request
  const metadata = readMetadata(headers)
  const fault = findMetadataFault(metadata)
  if (fault !== undefined) throw new RestError(400, fault, 'metadata')
  const expiresAt = expiryOf(context.clock, readTtl(request))
  const message = new OutboundMessage({ source, payload: readBody(request), metadata, expiresAt })
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
      const group = request.params['group'] ?? ''
      const source = { from: 'group', group, fromUserId: null } as const
      return send(request, { source, recipients: request.hub.members(group), target: group })
    },
  },
  {
    method: 'POST',
    path: '/users/{user}/:send',
    answer: (request) => {
      const user = request.params['user'] ?? ''
      return send(request, { source: server, recipients: request.hub.connectionsOf(user), target: user })
    },
  },
  {
    method: 'POST',
    path: '/connections/{connection}/:send',
    answer: (request) => {
      const id = request.params['connection'] ?? ''
      const connection = request.hub.connections.get(id)
      return send(request, {
        source: server,
        recipients: connection === undefined ? [] : [connection],
        target: id,
      })
    },
  },
]

import type { Connection } from '../hubs/connection.ts'
import { payloadBody, payloadContentType, readPayload, type Payload } from '../hubs/payload.ts'
import { createHandlerCall, UpstreamError, type CallHandler, type UpstreamOptions } from './call-handler.ts'
import { readConnectReply, type ConnectReply } from './connect-reply.ts'
import type { EventSubject } from './event-headers.ts'
import type { EventReply } from './post-event.ts'

export type ConnectRequest = {
  claims: Record<string, string[]>
  query: Record<string, string[]>
  headers: Record<string, string[]>
  subprotocols: string[]
}

export type ConnectAnswer = { reply: ConnectReply; state: string | undefined }

export type Upstream = {
  /** Asks whether a client may connect; undefined when no handler wants to be asked. Throws UpstreamError. */
  connect(subject: EventSubject, request: ConnectRequest): Promise<ConnectAnswer | undefined>
  /** Tells the handler that a client is connected, or gone. Not awaited; one event of a connection after the other. */
  notify(connection: Connection, event: 'connected' | 'disconnected', body: object): void
  /** Hands a client's event to its handler and answers what goes back to the client. Throws UpstreamError. */
  raise(
    connection: Connection,
    event: string,
    options: { payload?: Payload | undefined; signal?: AbortSignal },
  ): Promise<Payload | undefined>
}

const SYSTEM_TYPE = 'application/json; charset=utf-8'

const subjectOf = ({ identity, state }: Connection): EventSubject => ({
  connectionId: identity.id,
  hub: identity.hub,
  userId: identity.userId,
  subprotocol: identity.subprotocol,
  state,
})

const stateOf = ({ headers }: EventReply): string | undefined =>
  [headers['ce-connectionstate'] ?? []].flat()[0]

const readReply = ({ status, headers, body }: EventReply): Payload | undefined => {
  if (status === 204 || body.length === 0) return undefined
  try {
    const payload = readPayload(headers['content-type'], body)
    if (payload !== undefined) return payload
  } catch {
    throw new UpstreamError(500, 'The event handler answered application/json that is not JSON.')
  }
  throw new UpstreamError(500, `The event handler answered ${headers['content-type']}: no type of a message.`)
}

const createNotify = (call: CallHandler, log: (line: string) => void): Upstream['notify'] => {
  const send = async (
    connection: Connection,
    event: 'connected' | 'disconnected',
    body: object,
  ): Promise<void> => {
    await connection.notified
    try {
      const name = { kind: 'sys', name: event } as const
      await call(subjectOf(connection), { name, contentType: SYSTEM_TYPE, body: JSON.stringify(body) })
    } catch (error) {
      log(`The event ${event} of hub ${connection.identity.hub} was lost: ${String(error)}`)
    }
  }
  return (connection, event, body) => {
    const notified = send(connection, event, body).finally(() => {
      if (connection.notified === notified) connection.notified = undefined
    })
    connection.notified = notified
  }
}

/** The event handlers of the hubs, as the service talks to them. */
export const createUpstream = (options: UpstreamOptions): Upstream => {
  const call = createHandlerCall(options)
  return {
    connect: async (subject, request) => {
      const name = { kind: 'sys', name: 'connect' } as const
      const body = JSON.stringify({ ...request, clientCertificates: [] })
      const reply = await call(subject, { name, contentType: SYSTEM_TYPE, body })
      if (reply === undefined) return undefined
      try {
        return { reply: readConnectReply(reply.body), state: stateOf(reply) }
      } catch (error) {
        throw new UpstreamError(500, `The event handler's reply to connect cannot be read: ${String(error)}`)
      }
    },
    notify: createNotify(call, options.log),
    raise: async (connection, event, { payload, signal }) => {
      const reply = await call(subjectOf(connection), {
        name: { kind: 'user', name: event },
        contentType: payload === undefined ? 'text/plain' : payloadContentType(payload),
        body: payload === undefined ? '' : payloadBody(payload),
        signal,
      })
      if (reply === undefined) throw new UpstreamError(404, `No event handler of the hub takes '${event}'.`)
      connection.state = stateOf(reply) ?? connection.state
      return readReply(reply)
    },
  }
}

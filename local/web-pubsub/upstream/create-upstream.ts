import type { LocalClock } from '../../service/clock.ts'
import type { Faults } from '../../service/faults.ts'
import type { Meter } from '../../service/meter.ts'
import type { Connection } from '../hubs/connection.ts'
import type { HubRegistry } from '../hubs/hub-registry.ts'
import { payloadBody, payloadContentType, readPayload, type Payload } from '../hubs/payload.ts'
import type { AccessKeys } from '../tokens/keys.ts'
import { chooseHandler, handlerUrl, type EventName } from './choose-handler.ts'
import { readConnectReply, type ConnectReply } from './connect-reply.ts'
import { eventHeaders, type EventSubject } from './event-headers.ts'
import { postEvent, UnreachableError, type EventReply } from './post-event.ts'
import { createEndpointValidation, type Origin } from './validate-endpoint.ts'

/** An event that its handler did not take. `status` is what the handler answered, 500 when it gave no answer. */
export class UpstreamError extends Error {
  override name = 'UpstreamError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export type ConnectRequest = {
  claims: Record<string, string[]>
  query: Record<string, string[]>
  headers: Record<string, string[]>
  subprotocols: string[]
}

export type Upstream = {
  /** Asks whether a client may connect; undefined when no handler wants to be asked. Throws UpstreamError. */
  connect(
    subject: EventSubject,
    request: ConnectRequest,
  ): Promise<{ reply: ConnectReply; state: string | undefined } | undefined>
  /** Tells the handler that a client is connected, or gone. Not awaited; one event of a connection after the other. */
  notify(connection: Connection, event: 'connected' | 'disconnected', body: object): void
  /** Hands a client's event to its handler and answers what goes back to the client. Throws UpstreamError. */
  raise(
    connection: Connection,
    event: string,
    options: { payload?: Payload | undefined; signal?: AbortSignal },
  ): Promise<Payload | undefined>
}

export type UpstreamOptions = {
  clock: LocalClock
  faults: Faults
  meter: Meter
  hubs: HubRegistry
  keys: AccessKeys
  /** Known when the service listens. */
  origin: () => Origin
  /** Where failures go that no client sees. */
  log: (line: string) => void
}

type Event = { name: EventName; contentType: string; body: string | Buffer; signal?: AbortSignal | undefined }

const SYSTEM_TYPE = 'application/json; charset=utf-8'

const subjectOf = ({ identity, state }: Connection): EventSubject => ({
  connectionId: identity.id,
  hub: identity.hub,
  userId: identity.userId,
  subprotocol: identity.subprotocol,
  state,
})

const stateOf = ({ headers }: EventReply): string | undefined =>
  headers.get('ce-connectionState') ?? undefined

const readReply = ({ status, headers, body }: EventReply): Payload | undefined => {
  if (status === 204 || body.length === 0) return undefined
  try {
    const payload = readPayload(headers.get('content-type') ?? undefined, body)
    if (payload !== undefined) return payload
  } catch {
    throw new UpstreamError(500, 'The event handler answered application/json that is not JSON.')
  }
  throw new UpstreamError(
    500,
    `The event handler answered ${headers.get('content-type')}, which no client gets.`,
  )
}

/** Calls the event handlers of the hubs. */
export const createUpstream = (options: UpstreamOptions): Upstream => {
  const validate = createEndpointValidation(options)

  /** Undefined when no handler wants the event. */
  const call = async (
    subject: EventSubject,
    { name, contentType, body, signal }: Event,
  ): Promise<EventReply | undefined> => {
    const { hub } = subject
    const handler = chooseHandler(options.hubs.settings(hub).eventHandlers, name)
    if (handler === undefined) return undefined
    const refusal = await validate(handlerUrl(handler.urlTemplate, { hub, event: 'validate' }))
    if (refusal !== undefined) throw new UpstreamError(500, refusal)
    const url = handlerUrl(handler.urlTemplate, { hub, event: name.name })
    const headers = eventHeaders(name, subject, { ...options, origin: options.origin().name })
    const reply = await postEvent(options, {
      url,
      hub,
      event: name.name,
      headers: { ...headers, 'content-type': contentType },
      body,
      signal,
    }).catch((error: unknown) => {
      if (error instanceof UnreachableError) throw new UpstreamError(500, `${url}: ${error.message}.`)
      throw error
    })
    if (reply.status >= 200 && reply.status < 300) return reply
    throw new UpstreamError(
      reply.status < 400 ? 500 : reply.status,
      reply.body.toString('utf8') || `The event handler ${url} answered ${reply.status}.`,
    )
  }

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
    notify: (connection, event, content) => {
      const name = { kind: 'sys', name: event } as const
      const notified = (connection.notified ?? Promise.resolve())
        .then(() =>
          call(subjectOf(connection), { name, contentType: SYSTEM_TYPE, body: JSON.stringify(content) }),
        )
        .then(
          () => undefined,
          (error: unknown) =>
            options.log(`event ${event} of hub ${connection.identity.hub} was lost: ${String(error)}`),
        )
        .finally(() => {
          if (connection.notified === notified) connection.notified = undefined
        })
      connection.notified = notified
    },
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

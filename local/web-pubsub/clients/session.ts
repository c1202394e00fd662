import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { ServiceContext } from '../context.ts'
import { Connection, type ConnectionIdentity } from '../hubs/connection.ts'
import { billedMessages } from '../hubs/deliver.ts'
import type { Grants } from '../hubs/grants.ts'
import type { Hub } from '../hubs/hub.ts'
import { RECOVERY_WINDOW_MS } from '../limits.ts'
import type { Client } from './client.ts'
import { connectedFrame } from './frames/service-frames.ts'
import { receive } from './receive.ts'

/** A client that was let in, and as what. */
export type Admission = {
  identity: ConnectionIdentity
  grants: Grants
  groups: readonly string[]
  state?: string | undefined
}

export const newConnectionId = (): string => randomBytes(24).toString('base64url')

const greet = (connection: Connection, reconnectionToken: string | undefined): void => {
  const { id, userId, dialect } = connection.identity
  if (dialect !== 'simple') connection.send(connectedFrame({ userId, connectionId: id, reconnectionToken }))
}

const onSocketClosed = (context: ServiceContext, { hub, connection }: Client, code: number): void => {
  if (!hub.connections.has(connection.id)) return
  const end = (): void => hub.end(connection, { code: 1000, reason: '' })
  const isClean = code !== 1006
  // A close frame comes after the frames that were sent before it; a socket that broke takes them with it.
  if (isClean && connection.replay === undefined && connection.busy !== undefined) {
    void connection.busy.finally(end)
  } else if (connection.replay === undefined || (isClean && context.cleanCloseEndsSession)) end()
  else connection.away = context.clock.after(RECOVERY_WINDOW_MS, end)
}

const attach = (context: ServiceContext, client: Client, socket: WebSocket): void => {
  const { hub, connection } = client
  connection.socket = socket
  connection.pingedAt = undefined
  socket.on('message', (data, isBinary) => receive(context, client, { data, isBinary }))
  socket.on('pong', () => {
    connection.pingedAt = undefined
  })
  // A frame that breaks the WebSocket protocol or is too large: ws closes the socket, the session is over too.
  socket.on('error', (error) => hub.end(connection, { code: 1002, reason: error.message }))
  socket.on('close', (code) => {
    if (connection.socket !== socket) return
    connection.socket = undefined
    onSocketClosed(context, client, code)
  })
}

/** Begins the session of a client on its new socket. */
export const openSession = (
  context: ServiceContext,
  {
    hub,
    admission,
    reconnectionToken,
  }: { hub: Hub; admission: Admission; reconnectionToken?: string | undefined },
  socket: WebSocket,
): Connection => {
  const { identity, grants, groups, state } = admission
  const connection = new Connection({ identity, grants, onOverflow: (full, close) => hub.end(full, close) })
  connection.state = state
  attach(context, { hub, connection }, socket)
  hub.add(connection, groups)
  greet(connection, reconnectionToken)
  context.upstream.notify(connection, 'connected', {})
  return connection
}

/**
 * Goes on with a session on another socket: the old one, if it still seems open, is dropped, and what was not
 * acknowledged is sent again. `connected` is repeated, because client libraries resume their streams on it.
 */
export const resumeSession = (
  context: ServiceContext,
  { hub, connection, reconnectionToken }: { hub: Hub; connection: Connection; reconnectionToken: string },
  socket: WebSocket,
): void => {
  connection.away?.cancel()
  connection.away = undefined
  const before = connection.socket
  attach(context, { hub, connection }, socket)
  before?.terminate()
  greet(connection, reconnectionToken)
  for (const { bytes } of connection.replayPending(context.clock.now())) {
    context.meter.count('client.message', billedMessages(bytes))
  }
}

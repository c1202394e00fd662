import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { ServiceContext } from '../context.ts'
import { hitFault } from '../hit-fault.ts'
import { MESSAGE_MAX_BYTES } from '../limits.ts'
import { admit } from './admit.ts'
import { readHandshake, type Handshake } from './handshake.ts'
import { HandshakeError, refuse } from './refuse.ts'
import { openSession, resumeSession } from './session.ts'

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

type Raw = { request: IncomingMessage; socket: Duplex; head: Buffer }

/** Makes the function that takes the `upgrade` requests of the HTTP server. */
export const createClientEndpoint = (context: ServiceContext): Upgrade => {
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_MAX_BYTES,
  })

  const connect = async ({ request, socket, head }: Raw, handshake: Handshake): Promise<void> => {
    const { hub } = handshake
    const admission = await admit(context, handshake)
    const { dialect, id, subprotocol } = admission.identity
    const reconnectionToken =
      dialect === 'reliable' ? await context.signer.signReconnectionToken(id) : undefined
    if (socket.destroyed) return
    // ws answers with the first sub-protocol of this header.
    if (subprotocol === undefined) delete request.headers['sec-websocket-protocol']
    else request.headers['sec-websocket-protocol'] = subprotocol
    webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      openSession(context, { hub, admission, reconnectionToken }, webSocket),
    )
  }

  const recover = async (
    { request, socket, head }: Raw,
    { hub, url }: Handshake,
    refused: boolean,
  ): Promise<void> => {
    const id = url.searchParams.get('awps_connection_id') ?? ''
    const token = url.searchParams.get('awps_reconnection_token') ?? ''
    const isValid = !refused && (await context.signer.verifyReconnectionToken(token, id))
    const reconnectionToken = await context.signer.signReconnectionToken(id)
    if (socket.destroyed) return
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = hub.connections.get(id)
      // Only 1008 tells a client to give its session up; an HTTP error would make it try again for 30 s.
      if (
        !isValid ||
        connection?.replay === undefined ||
        connection.identity.subprotocol !== webSocket.protocol
      ) {
        webSocket.close(1008, 'The session cannot be recovered. Connect anew.')
      } else resumeSession(context, { hub, connection, reconnectionToken }, webSocket)
    })
  }

  const serve = async (raw: Raw): Promise<void> => {
    const handshake = readHandshake(context, raw.request)
    const isRecovery = handshake.url.searchParams.has('awps_connection_id')
    const operation = isRecovery ? 'recover' : 'connect'
    const hit = await hitFault(context.faults, operation, [handshake.hub.name])
    if (hit === 'unavailable') throw new HandshakeError(503, 'A fault makes the service unavailable.')
    if (hit === 'drop') raw.socket.destroy()
    else if (isRecovery) await recover(raw, handshake, hit === 'refuse')
    else if (hit === 'refuse') throw new HandshakeError(401, 'A fault refuses the client.')
    else await connect(raw, handshake)
  }

  return (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    serve({ request, socket, head }).catch((error: unknown) => {
      refuse(socket, error instanceof HandshakeError ? error : new HandshakeError(500, String(error)))
    })
  }
}

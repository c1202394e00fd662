import type { MessageOf } from '../../contract/signaling/message.ts'
import type { ConnectionState } from '../connection-state.ts'
import type { Proven } from '../identity/claimed-by.ts'
import type { Authenticate } from '../identity/create-authenticate.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import type { ReadMessage } from '../identity/read-message.ts'
import { SignalFailure } from '../signal-failure.ts'
import { isForGateway } from './addressee.ts'

export type ProveRegistrationOptions = {
  authenticate: Pick<Authenticate, 'register'>
  identity: GatewayIdentity
  /** Whether a REGISTER is new, or came on this connection before: an id counts once for as long as its time does. */
  claimId: (claim: { did: string; messageId: string; connectionId: string }) => Promise<boolean>
}

export type Register = MessageOf<'REGISTER'>
/** The connection that a REGISTER comes on. */
export type Registering = { state: ConnectionState; connectionId: string }

const checkNonce = ({ nonce }: ConnectionState, { payload }: Register): void => {
  if ((payload.nonce ?? undefined) === nonce) return
  const message =
    nonce === undefined
      ? 'This connection has no nonce. Leave it out, or connect to the address that POST /ws/negotiate gave with it.'
      : 'REGISTER does not carry the nonce of this connection. Put it into payload.nonce.'
  throw new SignalFailure('nonce', message)
}

const checkSame = ({ did }: ConnectionState, proven: string): void => {
  if (did === undefined || did === proven) return
  const message = `This connection is that of ${did}. Open another one for ${proven}.`
  throw new SignalFailure('wrong_did', message)
}

/** A REGISTER that names its gateway is worth nothing to whoever shows it to another one. */
const checkAddressee = (register: Register, gatewayDid: string): void => {
  if (isForGateway(register, gatewayDid)) return
  throw new SignalFailure(
    'not_for_the_gateway',
    'This REGISTER is for another gateway. Put the DID of this one, or your own, into "to" and sign it anew.',
    { details: { gateway_did: gatewayDid } },
  )
}

/** Proves whose REGISTER it is, and that it is meant for this gateway and connection, now. @throws SignalFailure, GatewayError 503 */
export const createProveRegistration =
  ({ authenticate, identity, claimId }: ProveRegistrationOptions) =>
  async ({ state, connectionId }: Registering, read: ReadMessage, message: Register): Promise<Proven> => {
    const proven = await authenticate.register(read)
    checkAddressee(message, identity.did)
    checkSame(state, proven.did)
    checkNonce(state, message)
    if (await claimId({ did: proven.did, messageId: message.id, connectionId })) return proven
    throw new SignalFailure(
      'replayed',
      'This REGISTER was taken before, on another connection. Sign a new one with a new id.',
    )
  }

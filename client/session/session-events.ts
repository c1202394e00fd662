import type { ClientError } from '../client-error.ts'
import type { Disbelief } from '../frames/create-believe.ts'
import type { Message, Payloads, PeerMessageType } from '../messages.ts'
import type { LinkEnd } from './open-link.ts'

type Frames = {
  [Type in Exclude<PeerMessageType, 'ERROR'> as Lowercase<Type>]: Message<Type>
}

/** What happens on a connection, by name; frames by their type in small letters. */
export type SessionEvents = Frames & {
  /** Every frame that is believed. */
  message: Message
  /** At each registration, the first as those after a lost connection. */
  registered: Payloads['REGISTERED']
  /** The WebSocket has ended. After `register` another one is opened. */
  disconnected: LinkEnd
  /** An ERROR frame to something that nobody waits for, or what ended the connection for good. */
  error: ClientError
  /** The connection has ended for good; with the reason, where it was not `close`. */
  closed: ClientError | undefined
  /** A frame came in that is not believed. */
  dropped: { reason: Disbelief; frame: string }
}

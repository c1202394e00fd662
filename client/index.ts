export { connect } from './connect.ts'
export type {
  Connection,
  ConnectOptions,
  IceCandidate,
  OfferOptions,
  Registration,
  SendOptions,
} from './connection.ts'
export { ClientError, type ClientErrorCode } from './client-error.ts'
export type { ListedAgent } from './discover.ts'
export type { Listen } from './emitter.ts'
export type { Disbelief, ResolveKey } from './frames/create-believe.ts'
export { didOf } from './identity/did-of.ts'
export { generateKey } from './identity/generate-key.ts'
export type { AgentKey, KeyPair } from './identity/open-key.ts'
export type { ExecError, Message, MessageType, Payloads, PeerMessageType } from './messages.ts'
export { accept, type AcceptOptions } from './peer/accept.ts'
export { dial, type DialOptions } from './peer/dial.ts'
export type { PeerConnection, PeerOptions } from './peer/peer-connection.ts'
export type { Call, CallHandler } from './serve/create-serve.ts'
export type { SessionEvents } from './session/session-events.ts'
export type { TaskEvent } from './watch/task-event.ts'
export type { WatchOptions } from './watch/watch.ts'

import type { Controls } from '../service/control.ts'
import type { Deliver } from './hubs/deliver.ts'
import type { HubRegistry } from './hubs/hub-registry.ts'
import type { Signer } from './tokens/sign.ts'
import type { Verifiers } from './tokens/verify.ts'
import type { Upstream } from './upstream/create-upstream.ts'

/** What the WebSocket endpoint and the REST operations of one running service share. */
export type ServiceContext = Controls & {
  hubs: HubRegistry
  deliver: Deliver
  upstream: Upstream
  verifiers: Verifiers
  signer: Signer
  /** Behind TLS: the addresses are https and wss. */
  secure: boolean
  /** Ends a reliable session when its client closes the socket with a close frame; else it waits for a recovery. */
  cleanCloseEndsSession: boolean
}

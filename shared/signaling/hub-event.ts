import type { ConnectionState } from './connection-state.ts'

type OfConnection = {
  connectionId: string
  /** The same in every repetition of the event (`ce-id`). */
  eventId: string
  /** Of the token with which the client connected; clients without a token have none. */
  userId?: string
}

/** An event of the hub `agents`, as its webhook tells it; the caller is proven to be the service. */
export type HubEvent =
  | (OfConnection & {
      kind: 'connect'
      query: Readonly<Record<string, readonly string[]>>
      subprotocols: readonly string[]
    })
  | (OfConnection & {
      kind: 'message'
      /** Undefined for a binary frame. */
      text: string | undefined
      state: ConnectionState
    })
  | (OfConnection & { kind: 'disconnected'; reason: string; state: ConnectionState })

/** What the webhook answers. `state` replaces what the connection carries. */
export type HubReply =
  | { kind: 'accepted'; subprotocol?: string; state: ConnectionState }
  /** Of `connect`: the client sees the status. */
  | { kind: 'refused'; status: 400 | 401 | 503; message: string }
  /** `frame` goes back to the client. */
  | { kind: 'taken'; frame?: string; state: ConnectionState }

/** @throws GatewayError 503 when the event must come again. */
export type HandleHubEvent = (
  event: HubEvent,
  /** Keeps the process for work that goes on after the answer. */
  waitUntil: (work: Promise<unknown>) => void,
) => Promise<HubReply>

/** The user id of this application's own sockets on the hub; only a token of the service can carry it. */
export const GATEWAY_USER = 'gateway'

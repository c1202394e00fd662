import type { ListedAgent } from './discover.ts'
import type { Listen } from './emitter.ts'
import type { ResolveKey } from './frames/create-believe.ts'
import type { AgentKey } from './identity/open-key.ts'
import type { Message, Payloads, PeerMessageType } from './messages.ts'
import type { SocketConstructor } from './platform.ts'
import type { CallHandler } from './serve/create-serve.ts'
import type { SessionEvents } from './session/session-events.ts'
import type { WatchOptions } from './watch/watch.ts'
import type { TaskEvent } from './watch/task-event.ts'

export type ConnectOptions = {
  /**
   * Of the gateway, as `https://gateway.example`, which then names the WebSocket address; or that address itself, as
   * `wss://gateway.example/ws`.
   */
  url: string
  key: AgentKey
  /** For what is asked over HTTP: `discover`, `watch`, negotiation. */
  apiKey?: string | undefined
  /** The gateway's DID where it is known; otherwise the first one that answers is held on to. */
  gatewayDid?: string | undefined
  /** Finds the keys of agents whose DID is no `did:key`; without it their frames are dropped. */
  resolveKey?: ResolveKey | undefined
  /** Seconds between two PINGs; 60 by default. */
  pingSeconds?: number | undefined
  /** Where the platform has none (Node 20), or another one is wanted: the class of the package `ws`. */
  WebSocket?: SocketConstructor | undefined
  fetch?: typeof fetch | undefined
}

export type Registration = {
  /** What agents are found by. `a2a`: takes calls, with `serve`. */
  capabilities?: string[] | undefined
  name?: string | undefined
  description?: string | undefined
  /** An A2A 1.0 agent card; the gateway replaces its addresses. */
  card?: Record<string, unknown> | undefined
}

export type SendOptions = {
  /** The `id` of the frame that is answered. */
  correlationId?: string | undefined
  /** Resolves only when the gateway has passed the frame on, and rejects when it has not; costs one more frame. */
  confirmed?: boolean | undefined
}

export type OfferOptions = {
  /** Seconds for the answer; 30 by default. */
  timeoutSeconds?: number | undefined
}

/** An agent's connection with the gateway. All that can fail rejects with a `ClientError`. */
export type Connection = {
  /** Of this agent: its id at the gateway. */
  readonly did: string
  /** Known after `register`. */
  readonly gatewayDid: string | undefined
  /**
   * Makes the agent known, and has it come back by itself whenever the connection is lost, until `close`, or until another
   * connection registers with the same key. Again, it changes what the agent says of itself.
   */
  register(registration?: Registration): Promise<Payloads['REGISTERED']>
  /** Who is connected. */
  discover(filter?: { capability?: string | undefined }): Promise<ListedAgent[]>
  /** Resolves with the answer. Rejects when the agent is not connected, or does not answer. */
  offer(to: string, sdp: string, options?: OfferOptions): Promise<Message<'ANSWER'>>
  answer(to: string, sdp: string, options?: SendOptions): Promise<string>
  /** @param candidate an RTCIceCandidate, or what its `toJSON` says */
  ice(to: string, candidate: IceCandidate, options?: SendOptions): Promise<string>
  /** Sends a frame of any type between agents; resolves with its id when it is on its way. */
  send<Type extends PeerMessageType>(
    type: Type,
    to: string,
    payload: Payloads[Type],
    options?: SendOptions,
  ): Promise<string>
  /** Listens to what happens, until the function that it returns is called. */
  on: Listen<SessionEvents>
  /** Takes the calls of A2A clients, until the function that it returns is called. Wants capability `a2a`. */
  serve(handler: CallHandler): () => void
  /** The events of a task in order, each once; ends with the task, throws when it failed. */
  watch(taskId: string, options?: WatchOptions): AsyncGenerator<TaskEvent, void, undefined>
  /** Takes the agent off the gateway and ends the connection. */
  close(): Promise<void>
}

/** What is said of an ICE candidate (W3C WebRTC, RTCIceCandidateInit). */
export type IceCandidate = {
  candidate?: string | undefined
  sdpMid?: string | null | undefined
  sdpMLineIndex?: number | null | undefined
}

type Json = Record<string, unknown>
type Optional<Value> = Value | null | undefined

type Sdp = { sdp: string }
type Sequence = { sequence?: Optional<number> }

/** Why a call failed: the code of JSON-RPC with words, or words alone. */
export type ExecError = string | { code: number; message: string; data?: unknown }

/** What each type of frame carries. */
export type Payloads = {
  REGISTER: {
    public_key: string
    capabilities?: Optional<string[]>
    name?: Optional<string>
    description?: Optional<string>
    card?: Optional<Json>
    nonce?: Optional<string>
  }
  /** `agent_timeout`: seconds of silence after which the gateway lets the agent go. */
  REGISTERED: { did: string; agent_id: string; generation: number; agent_timeout: number }
  UNREGISTER: { reason?: Optional<string> }
  OFFER: Sdp
  ANSWER: Sdp
  ICE_CANDIDATE: { candidate: string; sdp_mid?: Optional<string>; sdp_mline_index?: Optional<number> }
  PING: Sequence
  PONG: Sequence
  ERROR: {
    code:
      | 'INVALID_SIGNATURE'
      | 'UNKNOWN_AGENT'
      | 'CONNECTION_REFUSED'
      | 'TIMEOUT'
      | 'MALFORMED_MESSAGE'
      | 'UNSUPPORTED_VERSION'
      | 'INTERNAL_ERROR'
    message: string
    details?: Optional<Json>
  }
  INTENT: {
    query?: Optional<string>
    context?: Optional<string>
    task?: Optional<string>
    params?: Optional<Json>
    status?: Optional<string>
    required_input?: Optional<string>
    cost?: Optional<string>
  }
  EXEC_REQUEST: { args?: Json | undefined; timeout_ms?: Optional<number>; stream?: Optional<boolean> }
  EXEC_RESPONSE: {
    result?: unknown
    error?: Optional<ExecError>
    status?: string | undefined
    execution_time_ms?: Optional<number>
    stream_url?: Optional<string>
  }
}

export type MessageType = keyof Payloads

/** Types that agents send each other. */
export type PeerMessageType = Exclude<MessageType, 'REGISTER' | 'REGISTERED' | 'UNREGISTER'>

type Envelope = {
  id: string
  /** The `id` of the frame that this one answers. */
  correlation_id?: Optional<string>
  timestamp: string
  /** The DID of the agent that signed the frame. */
  from: string
  to: string
  version: string
  signature: string
}

/** A frame whose signature is that of `from`. */
export type Message<Type extends MessageType = MessageType> = {
  [One in Type]: Envelope & { type: One; payload: Payloads[One] }
}[Type]

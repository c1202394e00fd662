/**
 * Every error of A2A and JSON-RPC (A2A 1.0.1, section 5.4), and the gateway's own under −32603: reason → JSON-RPC code,
 * HTTP status of the REST binding, gRPC status name.
 */
export const a2aErrors = {
  TASK_NOT_FOUND: { code: -32001, http: 404, status: 'NOT_FOUND' },
  TASK_NOT_CANCELABLE: { code: -32002, http: 400, status: 'FAILED_PRECONDITION' },
  PUSH_NOTIFICATION_NOT_SUPPORTED: { code: -32003, http: 400, status: 'FAILED_PRECONDITION' },
  UNSUPPORTED_OPERATION: { code: -32004, http: 400, status: 'FAILED_PRECONDITION' },
  CONTENT_TYPE_NOT_SUPPORTED: { code: -32005, http: 400, status: 'INVALID_ARGUMENT' },
  INVALID_AGENT_RESPONSE: { code: -32006, http: 502, status: 'INTERNAL' },
  EXTENDED_AGENT_CARD_NOT_CONFIGURED: { code: -32007, http: 400, status: 'FAILED_PRECONDITION' },
  EXTENSION_SUPPORT_REQUIRED: { code: -32008, http: 400, status: 'FAILED_PRECONDITION' },
  VERSION_NOT_SUPPORTED: { code: -32009, http: 400, status: 'FAILED_PRECONDITION' },
  PARSE_ERROR: { code: -32700, http: 400, status: 'INVALID_ARGUMENT' },
  INVALID_REQUEST: { code: -32600, http: 400, status: 'INVALID_ARGUMENT' },
  METHOD_NOT_FOUND: { code: -32601, http: 404, status: 'NOT_FOUND' },
  INVALID_PARAMS: { code: -32602, http: 400, status: 'INVALID_ARGUMENT' },
  INTERNAL_ERROR: { code: -32603, http: 500, status: 'INTERNAL' },
  /** A service that the gateway stands on is away; the same request may succeed later. */
  GATEWAY_UNAVAILABLE: { code: -32603, http: 503, status: 'UNAVAILABLE' },
  /** Nobody knows the agent. */
  AGENT_NOT_FOUND: { code: -32603, http: 404, status: 'NOT_FOUND' },
  /** The agent, or the deployment that hosts it, cannot be reached; the call was not made. */
  AGENT_UNAVAILABLE: { code: -32603, http: 503, status: 'UNAVAILABLE' },
  /** The agent answered with something that is no A2A, or broke off. */
  AGENT_FAILED: { code: -32603, http: 502, status: 'UNAVAILABLE' },
  /** No answer came in time. */
  TIMEOUT: { code: -32603, http: 504, status: 'DEADLINE_EXCEEDED' },
  /** The call was made, its outcome got lost, and making it again could do it twice. */
  OUTCOME_UNKNOWN: { code: -32603, http: 502, status: 'ABORTED' },
  /** The gateway has more to do than it may: `limits.maxConcurrentStreams`, `limits.queueDepthThreshold`. */
  OVERLOADED: { code: -32603, http: 503, status: 'RESOURCE_EXHAUSTED' },
  TOO_LARGE: { code: -32600, http: 413, status: 'INVALID_ARGUMENT' },
  /** The `Idempotency-Key` was used before with another body. */
  IDEMPOTENCY_CONFLICT: { code: -32600, http: 409, status: 'ABORTED' },
} as const

export type A2aReason = keyof typeof a2aErrors

/** The domain of the protocol's own reasons in `google.rpc.ErrorInfo`, and of ours. */
export const A2A_DOMAIN = 'a2a-protocol.org'
export const GATEWAY_DOMAIN = 'agent-gateway'

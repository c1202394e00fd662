/** A call of A2A 1.0 as a connected agent gets it. */
export type ExecRequest = {
  /** As in JSON-RPC: `SendStreamingMessage`. */
  method: string
  /** JSON text. */
  params: string
  headers: Readonly<Record<string, string>>
  /** Whether the answers are events. */
  stream: boolean
  /** To the first answer. */
  timeoutMs: number
}

/** One answer of the agent; `completed` and `failed` are the last. `result` and `error`: JSON texts as the agent wrote them. */
export type ExecReply = { status: 'streaming' | 'completed' | 'failed'; result?: string; error?: string }

/**
 * Asks an agent over its connection and yields what it answers, in order, each answer once. Ends without a last answer
 * when the signal is aborted.
 * @throws GatewayError 413 when the request is too large for a frame, 400 when no frame can hold it; 503 when it cannot be
 * handed over.
 */
export type Execute = (
  did: string,
  request: ExecRequest,
  options: { signal: AbortSignal },
) => AsyncGenerator<ExecReply, void, undefined>

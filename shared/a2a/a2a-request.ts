import type { Dialect, Said } from '../contract/a2a/dialect.ts'
import type { Operation } from '../contract/a2a/operation.ts'

/** What a client asks of an agent, as a surface has read it. */
export type A2aRequest = {
  agentId: string
  operation: Operation
  /** How the client speaks. */
  dialect: Dialect
  /** The params as JSON text in the shape of the dialect (see AgentCall). */
  params: string
  /** The raw JSON of the JSON-RPC id, where there is one: it goes into the envelope's payload. */
  id?: string
  /** The path below the agent, as the seed spells it: `/v1/messages:send`. */
  httpPath: string
  /** Whose tasks these are: the name of the API key, or of the anonymous caller. */
  subject: string
  /** What travels to the agent (see AgentCall). */
  headers: Readonly<Record<string, string>>
  credentials?: string
  idempotencyKey?: string
  /** Of a resumed stream: the seq of the last event the client saw. */
  lastEventId?: number
  /** The id of the request in logs and envelopes' correlation; new for each request. */
  signal: AbortSignal
  /** Keeps the invocation alive for work that goes on after the client left or was answered. */
  waitUntil(work: Promise<unknown>): void
}

/** An event of a task's log: its seq is the SSE id. */
export type LoggedEvent = { seq: number; said: Said }

/**
 * `stream`: events up to a terminal or interrupted state; the iterator throws A2aFailure when the stream breaks off.
 * Its first event is there already, so a failure before it is thrown by the router itself.
 */
export type A2aAnswer =
  | { kind: 'one'; said: Said }
  /** `extensions`: those that the agent has activated. */
  | { kind: 'stream'; events: AsyncIterable<LoggedEvent>; extensions?: string | undefined }

/** Takes a request to its agent, wherever it is. @throws A2aFailure */
export type RouteA2a = (request: A2aRequest) => Promise<A2aAnswer>

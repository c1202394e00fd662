import type { Caller } from '../../access/caller.ts'

/** What the surface needs of an HTTP request; the guarded request of every endpoint is one. */
export type SurfaceRequest = {
  /** Where the client sent it. */
  url: URL
  /** Fully decoded parameters of the route. */
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  headers: Headers
  caller: Caller
  correlationId: string
  signal: AbortSignal
  /** The body. @throws GatewayError 400 when it is not UTF-8, 413. */
  text(): Promise<string>
  waitUntil(work: Promise<unknown>): void
}

type Head = { status: number; headers?: Readonly<Record<string, string>> }

/** What the surface answers: a body as text, a stream of SSE frames, or no body. */
export type SurfaceAnswer = Head | (Head & { text: string }) | (Head & { stream: AsyncIterable<string> })

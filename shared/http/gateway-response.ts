/** Header values by name; a list is sent as several headers. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>

type Head = { status: number; headers?: ResponseHeaders }

/** Pieces of a body, sent as they come. */
export type BodyStream = AsyncIterable<string | Uint8Array>

/** What a handler answers: a status with JSON, with text, with a stream, or without a body. */
export type GatewayResponse =
  (Head & { json: unknown }) | (Head & { text: string }) | (Head & { stream: BodyStream }) | Head

/** What the webhook needs of an HTTP request; its headers are those of the raw request. */
export type WebhookRequest = {
  method: string
  headers: Headers
  /** The body. @throws GatewayError 400 when it is not UTF-8, 413. */
  text(): Promise<string>
  /** Keeps the process for work that goes on after the answer. */
  waitUntil(work: Promise<unknown>): void
}

type Head = { status: number; headers: Readonly<Record<string, string>> }

/** What the webhook answers: JSON to `connect`, a frame as text, or no body. */
export type WebhookAnswer = Head | (Head & { json: unknown }) | (Head & { text: string })

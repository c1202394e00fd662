/**
 * Who calls. `key`: one of the configured API keys; `ticket`: someone who was handed a ticket for one stream;
 * `anonymous`: nobody was asked (a public route, or a machine of one's own without keys).
 */
export type Caller = {
  kind: 'key' | 'ticket' | 'anonymous'
  /** For logs: the name of the key. */
  name: string
  scopes: readonly string[]
  /** Of a ticket: the stream that it opens, where that has another id than the one in the path. */
  opens?: string
}

export const publicCaller: Caller = { kind: 'anonymous', name: 'public', scopes: [] }

export const developmentCaller: Caller = { kind: 'anonymous', name: 'development', scopes: ['*'] }

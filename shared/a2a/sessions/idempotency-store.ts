/** A request that its client may repeat: the same key means the same request. */
export type IdempotentRequest = {
  subject: string
  agentId: string
  key: string
  bodyHash: string
  correlationId: string
}

export type IdempotencyStore = {
  /** Create if absent; answers the earlier request of this key when there is one. */
  claim(request: IdempotentRequest): Promise<IdempotentRequest | undefined>
  /** Deletes rows whose time is over, a bounded number. True when none is left. */
  sweep(now: number): Promise<boolean>
}

/** What is known of a stream without reading its events. Times are milliseconds since the epoch. */
export type StreamState = {
  /** The seq that the next append gets; so also the number of events stored. */
  next: number
  status: 'open' | 'closed' | 'expired'
  /** How a closed stream ended: with its final payload, or with an `error` event. */
  outcome?: 'final' | 'error'
  /** The seq after the event that closed it: where readers stop. Later events are stored as late. */
  end?: number
  /** Why the stream cannot finish as it stands (its final event was quarantined); cleared by the final payload. */
  failure?: string
  createdAt: number
  updatedAt: number
  /** True when bodies were too large for the table and lie in blobs. */
  hasBlobs?: boolean
  /** The tasks of agents that this stream is the log of: their aliases go with it. */
  aliases?: readonly TaskName[]
}

/** A task as its agent names it: two agents may give the same id. */
export type TaskName = { agentId: string; taskId: string }

/** A stored event: its place in the stream and its JSON text. `late`: it came after the stream had closed. */
export type StoredEvent = { seq: number; body: string; late: boolean }

/** Names an event of a producer, so that a repeated append is recognised. */
export type ProducerKey = { id: string; index: number }

export const newStream = (now: number): StreamState => ({
  next: 0,
  status: 'open',
  createdAt: now,
  updatedAt: now,
})

const withAlias = (
  known: readonly TaskName[] = [],
  alias: TaskName | undefined,
): Pick<StreamState, 'aliases'> => {
  if (alias === undefined) return {}
  const { agentId, taskId } = alias
  const isKnown = known.some((name) => name.agentId === agentId && name.taskId === taskId)
  return isKnown ? {} : { aliases: [...known, { agentId, taskId }] }
}

/** The state after one more event. The first closing event wins; a closed stream stays closed. */
export const afterAppend = (
  state: StreamState,
  event: {
    now: number
    large: boolean
    closes?: 'final' | 'error' | undefined
    alias?: TaskName | undefined
  },
): StreamState => {
  const next = state.next + 1
  const { failure, ...rest } = state
  const moved = {
    ...rest,
    next,
    updatedAt: event.now,
    ...(event.large ? { hasBlobs: true } : {}),
    ...withAlias(state.aliases, event.alias),
  }
  if (state.status === 'closed' || event.closes === undefined) {
    return failure === undefined ? moved : { ...moved, failure }
  }
  return { ...moved, status: 'closed', outcome: event.closes, end: next }
}

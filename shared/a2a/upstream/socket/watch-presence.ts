import { ABORTED } from '../../../kernel/aborted.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../../registry/connected-agents.ts'

const LOOK_EVERY_MS = 2_000
/** How long an agent that is called may be away before it counts as gone: it connects again, and goes on. */
export const GRACE_MS = 30_000

/** Whether the agent that makes a call is still there. */
export type Presence = {
  /** Aborted when the agent is gone, or with the signal that it was made with. */
  signal: AbortSignal
  isGone(): boolean
  /** The agent has just said something. */
  hear(): void
  /** Nobody waits for the agent any more. */
  stop(): void
}

/**
 * Looks after an agent while it is called. One that has connected again counts as away until it says something: it may
 * have forgotten the call.
 */
export const watchPresence = (options: {
  connected: Pick<ConnectedAgents, 'find'>
  agent: ConnectedAgent
  clock: Clock
  signal: AbortSignal
}): Presence => {
  const { connected, agent, clock, signal } = options
  const gone = new AbortController()
  const stopped = new AbortController()
  const over = AbortSignal.any([signal, stopped.signal, gone.signal])
  let { generation } = agent
  let heardAt = clock.now()
  let awaySince: number | undefined

  const look = (found: ConnectedAgent | undefined): void => {
    const now = clock.now()
    const isHere =
      found !== undefined && (found.generation === generation || Date.parse(found.connectedAt) <= heardAt)
    if (isHere) ({ generation } = found)
    awaySince = isHere ? undefined : (awaySince ?? now)
    if (awaySince !== undefined && now - awaySince >= GRACE_MS) gone.abort(ABORTED)
  }

  const watch = async (): Promise<void> => {
    while (!over.aborted) {
      await clock.sleep(LOOK_EVERY_MS, over)
      if (over.aborted) return
      // A storage that does not answer says nothing about the agent.
      await connected.find(agent.did).then(look, () => undefined)
    }
  }
  void watch()

  return {
    signal: AbortSignal.any([signal, gone.signal]),
    isGone: () => gone.signal.aborted,
    hear: () => void (heardAt = clock.now()),
    stop: () => stopped.abort(ABORTED),
  }
}

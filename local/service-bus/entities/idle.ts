import { MAX_DURATION_MS } from '../config/limits.ts'
import type { Deadline } from './deadlines.ts'
import type { Engine } from './engine.ts'
import type { Entity } from './namespace.ts'

/**
 * Runs `onIdle` when nobody sent to, received from or stayed attached to the entity for its `autoDeleteOnIdleMs`.
 * Answers how to stop watching.
 */
export const watchIdle = (engine: Engine, entity: Entity, onIdle: () => void): (() => void) => {
  let deadline: Deadline | undefined
  const check = (): void => {
    const idleMs = entity.settings.autoDeleteOnIdleMs
    if (idleMs >= MAX_DURATION_MS) return
    const { life } = entity
    if (life.watchers.size > 0) life.accessedAt = engine.now()
    const end = life.accessedAt + idleMs
    if (end <= engine.now()) onIdle()
    else deadline = engine.deadlines.at(end, check)
  }
  check()
  return () => deadline?.cancel()
}

import { randomUUID } from 'node:crypto'
import { bus, clock, folder, patiently, queues, streamStore, ttlMs } from '../compose.ts'
import type { Session } from '../a2a/sessions/session.ts'
import { lazy } from '../kernel/lazy.ts'
import { createExpire } from '../streams/expire.ts'
import { createSweeps } from '../streams/sweeps.ts'
import { pushConfigStore } from './push.ts'
import { idempotency, lookAfterCall, sessionMs, sessions } from './sessions.ts'

/** Left-over parts that one round removes. */
const PARTS_PER_ROUND = 500

const parts = lazy(() => folder('parts'))

/** A session that goes ends a call that never did, and has the log of the call looked at from then on. */
const endSession = async (session: Session): Promise<void> => {
  if (session.state === 'active') await lookAfterCall().abandon(session)
  await streamStore().fileExpiry(session.correlationId, clock.now())
}

export const sweeps = lazy(() =>
  createSweeps({
    expire: createExpire({
      store: streamStore(),
      clock,
      ttlMs,
      onRemove: (stream) => pushConfigStore().removeAll(stream),
    }),
    rounds: {
      sessions: () => sessions().sweep(clock.now(), endSession),
      idempotency: () => idempotency().sweep(clock.now()),
      parts: () => parts().removeOlder(new Date(clock.now() - sessionMs), PARTS_PER_ROUND),
    },
    send: bus().send,
    queue: queues.sweeps,
    createId: randomUUID,
    patiently,
  }),
)

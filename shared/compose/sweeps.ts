import { randomUUID } from 'node:crypto'
import { bus, clock, folder, patiently, queues, streamStore, ttlMs } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createExpire } from '../streams/expire.ts'
import { createSweeps } from '../streams/sweeps.ts'
import { pushConfigStore } from './push.ts'
import { idempotency, lookAfterCall, sessionMs, sessions } from './sessions.ts'

/** Left-over parts that one round removes. */
const PARTS_PER_ROUND = 500

const parts = lazy(() => folder('parts'))

export const sweeps = lazy(() =>
  createSweeps({
    expire: createExpire({
      store: streamStore(),
      clock,
      ttlMs,
      onRemove: (stream) => pushConfigStore().removeAll(stream),
    }),
    rounds: {
      sessions: () => sessions().sweep(clock.now(), (session) => lookAfterCall().abandon(session)),
      idempotency: () => idempotency().sweep(clock.now()),
      parts: () => parts().removeOlder(new Date(clock.now() - sessionMs), PARTS_PER_ROUND),
    },
    send: bus().send,
    queue: queues.sweeps,
    createId: randomUUID,
    patiently,
  }),
)

import { createRenewRequest } from '../a2a/route/renew-request.ts'
import { bus, clock, quarantineStore, seal } from '../compose.ts'
import { A2A_REQUESTS } from '../contract/topology.ts'
import { redriveTarget } from '../events/dead-letter.ts'
import { createDeadLetters } from '../events/dead-letters.ts'
import { lazy } from '../kernel/lazy.ts'
import { sessions } from './sessions.ts'

const renewRequest = lazy(() => createRenewRequest({ ...seal, sessions: sessions(), clock }))

export const deadLetters = lazy(() =>
  createDeadLetters({
    store: quarantineStore(),
    clock,
    resend: async (entity, message, namespace) => bus(namespace).send(entity, message),
    renew: async (letter, body) =>
      redriveTarget(letter.entity) === A2A_REQUESTS ? renewRequest()(letter, body) : { body },
  }),
)

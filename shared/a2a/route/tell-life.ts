import type { Clock } from '../../kernel/clock.ts'
import type { MessagePublisher } from '../bus/message-publisher.ts'
import type { Session } from '../sessions/session.ts'
import { toEnvelope } from './to-envelope.ts'

/** Tells the deployment that asked that its call goes on, at most once in `everyMs`: an agent may say nothing for long. */
export const createTellLife = (options: {
  publisher: Pick<MessagePublisher, 'publishResponses'>
  clock: Clock
  proxyId: string
  everyMs: number
}): ((session: Session) => Promise<void>) => {
  const { publisher, clock, proxyId } = options
  let last = clock.now()
  return async (session) => {
    const now = clock.now()
    if (session.fromProxy === proxyId || now - last < options.everyMs) return
    last = now
    const ends = { from_proxy: proxyId, to_proxy: session.fromProxy }
    await publisher.publishResponses([
      { envelope: toEnvelope(session, { now, alive: true, ...ends }), payload: '{}' },
    ])
  }
}

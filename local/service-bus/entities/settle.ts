import type { Typed } from '../amqp/rhea.ts'
import { applicationPropertiesOf, withApplicationProperties } from '../messages/content.ts'
import type { Lock } from './lock.ts'
import type { MessageStore } from './message-store.ts'
import type { Message } from './message.ts'
import { messageLockLost, type ServiceError, sessionLockLost } from './service-error.ts'

type Properties = ReadonlyMap<string, Typed>

/** What a receiver decides about a message. `properties` are set in its application properties. */
export type Settlement =
  | { kind: 'complete' }
  | { kind: 'abandon' | 'defer'; properties: Properties }
  | {
      kind: 'dead-letter'
      reason: string | undefined
      description: string | undefined
      properties: Properties
    }

/** Answers whether the content changed. */
const change = (message: Message, properties: Properties): boolean => {
  if (properties.size === 0) return false
  const merged = new Map([...applicationPropertiesOf(message.content), ...properties])
  message.content = withApplicationProperties(message.content, merged)
  return true
}

const defer = (store: MessageStore, lock: Lock, properties: Properties): void => {
  const { message } = lock
  store.locks.unlock(lock)
  message.state = 'deferred'
  change(message, properties)
  store.rewrite(message)
}

/** Carries a decision out. Answers why it cannot: the lock is gone. */
export const settle = (store: MessageStore, lock: Lock, settlement: Settlement): ServiceError | undefined => {
  if (!lock.live) return lock.session === undefined ? messageLockLost() : sessionLockLost(lock.session.id)
  const { message } = lock
  switch (settlement.kind) {
    case 'complete':
      store.remove(message)
      break
    case 'abandon':
      if (change(message, settlement.properties)) store.rewrite(message)
      store.giveBack(lock, true)
      break
    case 'defer':
      defer(store, lock, settlement.properties)
      break
    case 'dead-letter':
      store.policy.onDeadLetter(message, {
        kind: 'client',
        reason: settlement.reason,
        description: settlement.description,
        properties: settlement.properties,
      })
      break
  }
  return undefined
}

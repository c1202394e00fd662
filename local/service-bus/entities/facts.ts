import type { QueueSettings, SubscriptionSettings, TopicSettings } from '../config/settings.ts'
import type { RuleDescription } from '../rules/rule.ts'
import type { Message } from './message.ts'

/** A message as the journal keeps it; its content is the body of the record. Infinity is written as absent. */
export type MessageFact = Pick<
  Message,
  'sequence' | 'enqueuedSequence' | 'enqueuedAt' | 'deliveryCount' | 'state'
> &
  Partial<{ expiresAt: number; scheduledFor: number; deadLetterSource: string; hops: number }>

/**
 * What happened, as the journal keeps it. `at` is the key of a store or entity: its path in lower case.
 * - `put`: a message came into a store, and left another one in the same moment if there is `from`
 * - `change`: delivery count or state of a message
 * - `sequence`, `seen`: only in snapshots, what the remaining messages do not tell
 * - entities: `removed` also stands for an entity of the configuration file that was deleted at run time
 */
export type Fact =
  | { fact: 'put'; at: string; message: MessageFact; from?: { at: string; sequence: number } }
  | { fact: 'gone'; at: string; sequence: number }
  | { fact: 'change'; at: string; sequence: number; deliveryCount: number; state: Message['state'] }
  | { fact: 'session-state'; at: string; session: string; state: string | null }
  | { fact: 'sequence'; at: string; next: number }
  | { fact: 'seen'; at: string; id: string; until: number }
  | EntityFact

/**
 * An entity or rule that is there already gets the settings of the fact. Rules are named in lower case when they are
 * removed.
 */
export type EntityFact =
  | ({ fact: 'queue'; settings: QueueSettings } & Born)
  | ({ fact: 'topic'; settings: TopicSettings } & Born)
  | ({ fact: 'subscription'; topic: string; settings: SubscriptionSettings } & Born)
  | { fact: 'removed'; at: string }
  | { fact: 'rule'; at: string; rule: RuleDescription; createdAt: number }
  | { fact: 'rule-removed'; at: string; name: string }

type Born = { createdAt: number; updatedAt: number }

export const messageFact = (message: Message): MessageFact => ({
  sequence: message.sequence,
  enqueuedSequence: message.enqueuedSequence,
  enqueuedAt: message.enqueuedAt,
  deliveryCount: message.deliveryCount,
  state: message.state,
  ...(message.expiresAt !== Infinity && { expiresAt: message.expiresAt }),
  ...(message.scheduledFor !== undefined && { scheduledFor: message.scheduledFor }),
  ...(message.deadLetterSource !== undefined && { deadLetterSource: message.deadLetterSource }),
  ...(message.hops > 0 && { hops: message.hops }),
})

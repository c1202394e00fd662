import type { JournalRecord } from '../journal/journal.ts'
import { encodeContent } from '../messages/encode-message.ts'
import type { EntityLog } from './entity-log.ts'
import { type Fact, messageFact } from './facts.ts'
import type { MessageStore } from './message-store.ts'
import type { Entity, Namespace } from './namespace.ts'

function* storeRecords(store: MessageStore): Generator<JournalRecord<Fact>> {
  const at = store.key
  for (const message of store.index.from(0)) {
    yield { data: { fact: 'put', at, message: messageFact(message) }, body: encodeContent(message.content) }
  }
  for (const session of store.sessions?.all() ?? []) {
    if (session.state === undefined) continue
    const state = session.state.toString('base64')
    yield { data: { fact: 'session-state', at, session: session.id, state } }
  }
}

function* entityRecords(entity: Entity): Generator<JournalRecord<Fact>> {
  const at = entity.path.toLowerCase()
  const counter = entity.kind === 'topic' ? entity : entity.receivable
  if (counter.sequence > 0) yield { data: { fact: 'sequence', at, next: counter.sequence } }
  if (entity.kind !== 'subscription') {
    for (const [id, until] of entity.duplicates.entries()) yield { data: { fact: 'seen', at, id, until } }
  }
  const stores = entity.kind === 'topic' ? [entity.scheduled] : entity.receivable.stores
  for (const store of stores) yield* storeRecords(store)
}

/** The present state as records from which `replay` builds it again, on top of the configuration file. */
export function* snapshot(namespace: Namespace, entityLog: EntityLog): Generator<JournalRecord<Fact>> {
  for (const data of entityLog.facts()) yield { data }
  for (const entity of namespace.entities()) yield* entityRecords(entity)
}

import type { EntityFact } from './facts.ts'

/**
 * What happened to entities and rules at run time, each thing in its last state: what a snapshot must keep beside the
 * configuration file.
 */
export type EntityLog = {
  add(fact: EntityFact): void
  facts(): Iterable<EntityFact>
}

const keyOf = (fact: EntityFact): string => {
  switch (fact.fact) {
    case 'queue':
    case 'topic':
      return fact.settings.name.toLowerCase()
    case 'subscription':
      return `${fact.topic}/subscriptions/${fact.settings.name}`.toLowerCase()
    case 'removed':
      return fact.at
    case 'rule':
      return `${fact.at}/rules/${fact.rule.name.toLowerCase()}`
    case 'rule-removed':
      return `${fact.at}/rules/${fact.name}`
  }
}

/** `configured` says which entities the configuration file brings back at every start (paths in lower case). */
export const createEntityLog = (configured: ReadonlySet<string>): EntityLog => {
  const facts = new Map<string, EntityFact>()
  const end = (key: string): void => {
    for (const known of facts.keys()) {
      if (known === key || known.startsWith(`${key}/`)) facts.delete(known)
    }
  }
  return {
    add: (fact) => {
      const key = keyOf(fact)
      if (fact.fact !== 'removed') facts.set(key, fact)
      else {
        end(key)
        // The file would bring it back: its end is kept, and stands before whatever is made under that name again.
        if (configured.has(key)) facts.set(`removed ${key}`, fact)
      }
    },
    facts: () => facts.values(),
  }
}

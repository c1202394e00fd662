import { describe, expect, test } from 'vitest'
import type { EntityFact } from './facts.ts'
import { createEntityLog } from './entity-log.ts'

const rule = (name: string, at = 't/subscriptions/s'): EntityFact => ({
  fact: 'rule',
  at,
  rule: { name, filter: { type: 'true' } },
  createdAt: 0,
})

describe('what a snapshot keeps of entities', () => {
  test('is the last state of each thing, in the order in which things began', () => {
    const log = createEntityLog(new Set())
    log.add(rule('b'))
    log.add(rule('A'))
    log.add({ fact: 'rule-removed', at: 't/subscriptions/s', name: 'b' })
    expect([...log.facts()]).toEqual([
      { fact: 'rule-removed', at: 't/subscriptions/s', name: 'b' },
      rule('A'),
    ])
  })

  test('forgets an entity that ended, with all that belonged to it', () => {
    const log = createEntityLog(new Set())
    log.add(rule('r'))
    log.add(rule('kept', 'other/subscriptions/s'))
    log.add({ fact: 'removed', at: 't' })
    expect([...log.facts()]).toEqual([rule('kept', 'other/subscriptions/s')])
  })

  test('remembers the end of an entity of the configuration file, before what came after it', () => {
    const log = createEntityLog(new Set(['t', 't/subscriptions/s']))
    const removed: EntityFact = { fact: 'removed', at: 't/subscriptions/s' }
    log.add(removed)
    log.add(rule('new'))
    expect([...log.facts()]).toEqual([removed, rule('new')])
  })
})

import { entriesOf } from '../amqp/outcomes.ts'
import type { Typed } from '../amqp/rhea.ts'
import { ServiceError } from '../entities/service-error.ts'
import { settle, type Settlement } from '../entities/settle.ts'
import { findLock } from './locks.ts'
import { member, type Operation } from './operation.ts'

const readSettlement = (body: ReadonlyMap<string, Typed>): Settlement => {
  const status = member.text(body, 'disposition-status')
  const properties = entriesOf(body.get('properties-to-modify'))
  switch (status) {
    case 'completed':
      return { kind: 'complete' }
    case 'abandoned':
      return { kind: 'abandon', properties }
    // The protocol spells it with one r.
    case 'defered':
      return { kind: 'defer', properties }
    case 'suspended':
      return {
        kind: 'dead-letter',
        reason: member.optionalText(body, 'deadletter-reason'),
        description: member.optionalText(body, 'deadletter-description'),
        properties,
      }
    default:
      throw new ServiceError(
        'com.microsoft:argument-error',
        `The disposition status '${status}' is not known.`,
      )
  }
}

/** Settles messages without the link that received them: deferred ones, or after the link closed. */
export const updateDispositions: Operation = ({ destination: { store }, broker }, body) => {
  const settlement = readSettlement(body)
  const sessionId = member.optionalText(body, 'session-id')
  const locks = member.tokens(body, 'lock-tokens').map((token) => findLock(store, token, sessionId))
  for (const lock of locks) {
    const failure = settle(store, lock, settlement)
    if (failure !== undefined) throw failure
    broker.engine.bill(settlement.kind, 0)
  }
  return { status: 200 }
}

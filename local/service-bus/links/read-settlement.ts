import { type Outcome, readOutcome } from '../amqp/outcomes.ts'
import { plain, type Typed } from '../amqp/rhea.ts'
import type { Settlement } from '../entities/settle.ts'

const REASON = 'DeadLetterReason'
const DESCRIPTION = 'DeadLetterErrorDescription'

const textOf = (map: ReadonlyMap<string, Typed>, key: string): string | undefined => {
  const value = plain(map.get(key))
  return typeof value === 'string' ? value : undefined
}

const readRejected = (rejected: Extract<Outcome, { kind: 'rejected' }>): Settlement => {
  const { info } = rejected
  const properties = new Map([...info].filter(([name]) => name !== REASON && name !== DESCRIPTION))
  return {
    kind: 'dead-letter',
    reason: textOf(info, REASON),
    description: textOf(info, DESCRIPTION) ?? rejected.description,
    properties,
  }
}

/** What a disposition of a client means: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide. */
export const readSettlement = (state: Typed): Settlement | undefined => {
  const outcome = readOutcome(state)
  switch (outcome?.kind) {
    case 'accepted':
      return { kind: 'complete' }
    case 'released':
      return { kind: 'abandon', properties: new Map() }
    case 'modified':
      return { kind: outcome.undeliverableHere ? 'defer' : 'abandon', properties: outcome.annotations }
    case 'rejected':
      return readRejected(outcome)
    default:
      return undefined
  }
}

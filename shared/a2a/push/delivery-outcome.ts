/** Milliseconds until the next attempt, by how many there were. After the last one there is none. */
const PAUSES_MS = [1000, 5000, 30_000, 120_000, 600_000]

/** What an attempt came to. `why` is said without the address: that may hold a secret. */
export type DeliveryOutcome =
  | { kind: 'delivered' }
  | { kind: 'again'; afterMs: number }
  | { kind: 'dead'; reason: 'push_rejected' | 'push_refused' | 'push_exhausted'; why: string }

/** What the receiver did: a status, or why there is none. */
export type Answer = { status: number } | { failure: 'refused' | 'unreachable' | 'timeout' | 'broken' }

const describe = (answer: Answer): string => {
  if ('status' in answer) return `The receiver answered ${answer.status}`
  if (answer.failure === 'timeout') return 'The receiver did not answer in time'
  if (answer.failure === 'refused') return 'The address may not be called'
  return 'The receiver could not be reached'
}

/** 408 and 429 ask for another attempt (RFC 9110, 15.5.9; RFC 6585, 4); other answers below 500 would be the same again. */
const isForGood = (status: number): boolean => status < 500 && status !== 408 && status !== 429

/** Decides how a delivery goes on after an attempt, numbered from 1. */
export const decideOutcome = (answer: Answer, attempt: number): DeliveryOutcome => {
  const what = describe(answer)
  if ('status' in answer) {
    if (answer.status >= 200 && answer.status < 300) return { kind: 'delivered' }
    if (isForGood(answer.status)) {
      const remedy = 'Correct the receiver or the push notification config, then redrive the message.'
      return {
        kind: 'dead',
        reason: 'push_rejected',
        why: `${what}, which no repetition would change. ${remedy}`,
      }
    }
  } else if (answer.failure === 'refused') {
    const remedy =
      'Allow the address in egress.allow, or correct the push notification config, then redrive the message.'
    return { kind: 'dead', reason: 'push_refused', why: `${what}. ${remedy}` }
  }
  const afterMs = PAUSES_MS[attempt - 1]
  if (afterMs !== undefined) return { kind: 'again', afterMs }
  const why = `${what} at attempt ${attempt}, which was the last. Redrive the message when the receiver is back.`
  return { kind: 'dead', reason: 'push_exhausted', why }
}

import type { Clock } from '../kernel/clock.ts'
import { conflict, GatewayError } from '../kernel/errors.ts'
import { hashText } from '../kernel/ids.ts'
import { type DeadLetter, redriveTarget } from './dead-letter.ts'
import { createLetterBox } from './letter-box.ts'
import type { QuarantineStore } from './quarantine-store.ts'
import { readSessionId } from './read-session-id.ts'

/** Sends a redriven message, to the gateway's own namespace unless told otherwise; what a part needs of the bus. */
export type Resend = (
  entity: string,
  message: {
    body: Uint8Array
    messageId: string
    sessionId?: string
    contentType?: string
    correlationId?: string
    subject?: string
    applicationProperties: Record<string, string | number | boolean | null>
  },
  namespace?: string,
) => Promise<void>

/**
 * Makes a letter fit to be sent again: some messages are not worth anything as they were.
 * @throws GatewayError 409 when it must not be sent again.
 */
export type Renew = (
  letter: DeadLetter,
  body: Uint8Array,
) => Promise<{ body: Uint8Array; correlationId?: string }>

/** What Service Bus added when it dead-lettered the message does not go out again. */
const keepProperties = (
  properties: Record<string, unknown>,
): Record<string, string | number | boolean | null> =>
  Object.fromEntries(
    Object.entries(properties).filter(
      (entry): entry is [string, string | number | boolean | null] =>
        !/^deadLetter(Reason|ErrorDescription)$/i.test(entry[0]) &&
        (entry[1] === null || ['string', 'number', 'boolean'].includes(typeof entry[1])),
    ),
  )

/** Characters of a message id (Azure Service Bus quotas). */
const MAX_MESSAGE_ID = 128

const messageIdOf = (key: string): string => {
  const id = `redrive-${key}`
  return id.length <= MAX_MESSAGE_ID ? id : `redrive-${hashText(key)}`
}

const messageOf = (
  letter: DeadLetter,
  { body, correlationId = letter.correlation_id }: Awaited<ReturnType<Renew>>,
): Parameters<Resend>[1] => {
  const sessionId = letter.session_id ?? readSessionId(body)
  return {
    body,
    messageId: messageIdOf(letter.key),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(letter.content_type === undefined ? {} : { contentType: letter.content_type }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(letter.subject === undefined ? {} : { subject: letter.subject }),
    applicationProperties: keepProperties(letter.application_properties),
  }
}

/**
 * Sends a letter again: row → `redriving`, send, row → `redriven`. A process that dies in between leaves `redriving`,
 * and the letter can be redriven once more: its message id and its event are the same. What the bus, or `renew`,
 * refuses for good is `held` again, so that it can be edited.
 */
export const createRedrive = (options: {
  store: QuarantineStore
  resend: Resend
  renew?: Renew | undefined
  clock: Clock
}): ((key: string) => Promise<DeadLetter>) => {
  const { resend, clock } = options
  const renew: Renew = options.renew ?? (async (_letter, body) => ({ body }))
  const { find, change, currentBody } = createLetterBox(options.store)

  return async (key) => {
    const found = await find(key)
    if (found.value.status === 'redriven') {
      throw conflict(
        `The dead letter "${key}" was redriven at ${found.value.redriven_at}. Purge it when you need it no more.`,
      )
    }
    const letter = await change(found, { status: 'redriving' })
    let redrivenAs: string | undefined
    try {
      const renewed = await renew(letter, await currentBody(letter))
      redrivenAs = renewed.correlationId
      await resend(redriveTarget(letter.entity), messageOf(letter, renewed), letter.namespace)
    } catch (error) {
      const isForGood = error instanceof GatewayError && !error.retryable
      if (isForGood) await change(await find(key), { status: 'held' })
      throw error
    }
    return change(await find(key), {
      status: 'redriven',
      redriven_at: new Date(clock.now()).toISOString(),
      ...(redrivenAs === undefined ? {} : { redriven_as: redrivenAs }),
    })
  }
}

import { randomUUID } from 'node:crypto'
import { createDeadLetters, type DeadLetters } from '../../shared/events/dead-letters.ts'
import { createQuarantine } from '../../shared/events/quarantine.ts'
import type { QuarantineStore } from '../../shared/events/quarantine-store.ts'
import type { ReceivedMessage } from '../../shared/events/read-message.ts'
import type { Renew, Resend } from '../../shared/events/redrive.ts'
import { createLog } from '../../shared/kernel/log.ts'
import { receivedMessage } from './open-quarantine.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const clock = { now: () => NOW, sleep: async () => {} }
const log = createLog({ level: 'error', clock, write: () => undefined })

export type Sent = { entity: string; message: Parameters<Resend>[1]; namespace?: string | undefined }

/** The operator's side of a quarantine; `sent` is what was redriven. */
export const openLetters = (
  store: QuarantineStore,
  resend?: Resend,
  renew?: Renew,
): { letters: DeadLetters; sent: Sent[] } => {
  const sent: Sent[] = []
  const record: Resend = async (entity, message, namespace) => void sent.push({ entity, message, namespace })
  const options = { store, resend: resend ?? record, clock, ...(renew === undefined ? {} : { renew }) }
  return { letters: createDeadLetters(options), sent }
}

type Held = Partial<Omit<ReceivedMessage, 'body'>> & {
  body?: string | Uint8Array
  reason?: string
  taskId?: string
}

/** Puts messages into the quarantine, all of an entity of their own; `keys[n]` is the key of the n-th. */
export const holdLetters = async (
  store: QuarantineStore,
  messages: readonly Held[],
): Promise<{ entity: string; keys: string[] }> => {
  const quarantine = createQuarantine({ store, clock, log })
  const entity = `topic-${randomUUID()}/Subscriptions/gateway`
  for (const [index, { body = 'x', reason = 'invalid_json', taskId, ...members }] of messages.entries()) {
    const enqueuedAt = new Date(NOW + index * 1000).toISOString()
    const message = { entity, sequenceNumber: String(index + 1), enqueuedAt, ...members }
    const cause = { reason, description: 'It is wrong.', source: 'ingest', taskId } as const
    await quarantine(receivedMessage(body, message), cause)
  }
  const { items } = await store.list({ entity }, { limit: 100 })
  return { entity, keys: items.map(({ key }) => key).toReversed() }
}

/** The key of one letter in quarantine. */
export const holdLetter = async (store: QuarantineStore, message: Held = {}): Promise<string> =>
  (await holdLetters(store, [message])).keys[0] ?? ''

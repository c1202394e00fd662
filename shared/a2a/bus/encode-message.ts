import { createHash } from 'node:crypto'
import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { jsonMembers, jsonObject } from '../../kernel/json-members.ts'
import type { BusResponse } from './bus-response.ts'

/** A message for a topic, as far as A2A says what is in it. */
export type BusMessage = {
  body: Uint8Array
  messageId: string
  correlationId: string
  contentType: string
  sessionId?: string
  applicationProperties: Record<string, string | number>
}

/** Bytes of a part: a message on the Standard tier has 256 KB with its properties (Service Bus quotas). */
export const MAX_PART_BYTES = 192 * 1024

/** Sessions of the responses: one each would keep a slot of the trigger busy after its last message. */
const LANES = 32

/** All responses of a call are in one lane, so in order. */
export const laneOf = (correlationId: string): string =>
  `lane-${createHash('sha256').update(correlationId).digest().readUInt32BE() % LANES}`

/** An envelope and what it carries, as JSON: each member is a JSON text that goes as it is. */
export const toBody = (envelope: MessageEnvelope, members: Array<[string, string | undefined]>): Buffer =>
  Buffer.from(jsonObject([...jsonMembers(JSON.stringify(envelope)), ...members]), 'utf8')

/** Large bodies go in numbered parts, cut anywhere. */
const toMessages = (body: Buffer, message: Omit<BusMessage, 'body'>): BusMessage[] => {
  const parts = Math.ceil(body.length / MAX_PART_BYTES)
  if (parts <= 1) return [{ ...message, body }]
  return Array.from({ length: parts }, (_, part) => ({
    ...message,
    body: body.subarray(part * MAX_PART_BYTES, (part + 1) * MAX_PART_BYTES),
    messageId: `${message.messageId}-${part}`,
    contentType: 'application/octet-stream',
    applicationProperties: { ...message.applicationProperties, partOf: message.messageId, part, parts },
  }))
}

const propertiesOf = (envelope: MessageEnvelope): Record<string, string | number> => ({
  proxyId: envelope.to_proxy,
  fromProxy: envelope.from_proxy,
  toAgent: envelope.to_agent,
  fromAgent: envelope.from_agent,
  group: envelope.group,
})

const common = (
  envelope: MessageEnvelope,
): Pick<BusMessage, 'correlationId' | 'contentType' | 'applicationProperties'> => ({
  correlationId: envelope.correlation_id,
  contentType: 'application/json',
  applicationProperties: propertiesOf(envelope),
})

/** A request as messages for `a2a-requests`. */
export const encodeRequest = (envelope: MessageEnvelope, payload: string): BusMessage[] =>
  toMessages(toBody(envelope, [['payload', payload]]), {
    ...common(envelope),
    messageId: `req-${envelope.correlation_id}-${envelope.timestamp}`,
  })

/**
 * A response as messages for `a2a-responses`, in the lane of its call.
 * @param more what was said together with it, as JSON texts (`pack-responses.ts`)
 */
export const encodeResponse = (
  { envelope, payload, original }: BusResponse,
  more: readonly string[] = [],
): BusMessage[] => {
  const { correlation_id: correlationId, epoch, sequence } = envelope
  return toMessages(
    toBody(envelope, [
      ['payload', payload],
      ['original', original],
      ['more', more.length === 0 ? undefined : `[${more.join(',')}]`],
    ]),
    {
      ...common(envelope),
      messageId: `res-${correlationId}-${epoch}-${envelope.alive ? `alive-${envelope.timestamp}` : sequence}`,
      sessionId: laneOf(correlationId),
    },
  )
}

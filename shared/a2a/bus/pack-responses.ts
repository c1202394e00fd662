import { jsonObject } from '../../kernel/json-members.ts'
import { type BusMessage, encodeResponse, MAX_PART_BYTES } from './encode-message.ts'
import type { BusResponse } from './bus-response.ts'

/** Bytes for the envelope and its names, beside what the responses say. */
const ENVELOPE_BYTES = 8 * 1024

const sizeOf = ({ payload, original = '' }: BusResponse): number =>
  Buffer.byteLength(payload) + Buffer.byteLength(original)

/** What a response has that the one before it in the same message does not say for it. */
const toMember = ({ envelope, payload, original }: BusResponse): string =>
  jsonObject([
    ['sequence', String(envelope.sequence)],
    ['timestamp', String(envelope.timestamp)],
    ['stream_metadata', JSON.stringify(envelope.stream_metadata)],
    ['original_shape', JSON.stringify(envelope.original_shape)],
    ['headers', Object.keys(envelope.headers).length === 0 ? undefined : JSON.stringify(envelope.headers)],
    ['payload', payload],
    ['original', original],
  ])

/** Signs of life and push notifications are no part of what is said in answer. */
const isSaid = ({ envelope }: BusResponse): boolean =>
  !envelope.alive && envelope.notification_id === undefined

const follows = (before: BusResponse, response: BusResponse): boolean => {
  const [{ envelope: a }, { envelope: b }] = [before, response]
  const sameCall = a.correlation_id === b.correlation_id && a.epoch === b.epoch
  return sameCall && b.sequence === a.sequence + 1 && isSaid(before) && isSaid(response)
}

/**
 * Responses as messages for `a2a-responses`: what an agent says at once in one message, as far as it fits, so that it
 * is stored at once.
 */
export const packResponses = (responses: readonly BusResponse[]): BusMessage[] => {
  const groups: BusResponse[][] = []
  let bytes = 0
  for (const response of responses) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    bytes += sizeOf(response) + ENVELOPE_BYTES
    if (group !== undefined && last !== undefined && follows(last, response) && bytes <= MAX_PART_BYTES) {
      group.push(response)
    } else {
      groups.push([response])
      bytes = sizeOf(response) + ENVELOPE_BYTES
    }
  }
  return groups.flatMap(([first, ...more]) =>
    first === undefined ? [] : encodeResponse(first, more.map(toMember)),
  )
}

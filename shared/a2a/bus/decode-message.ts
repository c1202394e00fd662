import { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { jsonMembers } from '../../kernel/json-members.ts'
import type { BusResponse } from './publisher.ts'

/** What came over the bus, or why it is no envelope. */
export type DecodedMessage = BusResponse | { rejection: string }

const decoder = new TextDecoder('utf-8', { fatal: true })

const readMembers = (body: Uint8Array): Map<string, string> | undefined => {
  try {
    return jsonMembers(decoder.decode(body))
  } catch {
    return undefined
  }
}

/** Reads a message; `payload` and `original` stay the texts that were sent. */
export const decodeMessage = (body: Uint8Array): DecodedMessage => {
  const members = readMembers(body)
  if (members === undefined) return { rejection: 'The body is no JSON object in UTF-8.' }
  const payload = members.get('payload')
  const original = members.get('original')
  members.delete('payload')
  members.delete('original')
  const envelope = MessageEnvelope.safeParse(
    Object.fromEntries([...members].map(([name, text]): [string, unknown] => [name, JSON.parse(text)])),
  )
  if (!envelope.success) {
    const [issue] = envelope.error.issues
    return { rejection: `${issue?.path.join('.')}: ${issue?.message}` }
  }
  if (payload?.startsWith('{') !== true) return { rejection: 'payload: must be an object' }
  return { envelope: envelope.data, payload, ...(original === undefined ? {} : { original }) }
}

import { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { jsonElements, jsonMembers } from '../../kernel/json-members.ts'
import type { BusResponse } from './bus-response.ts'

type Rejection = { rejection: string }

/** What came over the bus, with what was said together with it; or why it is no envelope. */
export type DecodedMessage = (BusResponse & { more?: readonly BusResponse[] }) | Rejection

const decoder = new TextDecoder('utf-8', { fatal: true })

const readMembers = (body: Uint8Array): Map<string, string> | undefined => {
  try {
    return jsonMembers(decoder.decode(body))
  } catch {
    return undefined
  }
}

/** Members that say something of one response only. */
const OWN = new Set([
  'payload',
  'original',
  'sequence',
  'timestamp',
  'stream_metadata',
  'original_shape',
  'headers',
])

const toResponse = (members: ReadonlyMap<string, string>): BusResponse | Rejection => {
  const payload = members.get('payload')
  const original = members.get('original')
  const known = [...members].filter(([name]) => !['payload', 'original', 'more'].includes(name))
  const envelope = MessageEnvelope.safeParse(
    Object.fromEntries(known.map(([name, text]): [string, unknown] => [name, JSON.parse(text)])),
  )
  if (!envelope.success) {
    const [issue] = envelope.error.issues
    return { rejection: `${issue?.path.join('.')}: ${issue?.message}` }
  }
  if (payload?.startsWith('{') !== true) return { rejection: 'payload: must be an object' }
  return { envelope: envelope.data, payload, ...(original === undefined ? {} : { original }) }
}

/** What is said in the same message shares the envelope. */
const readMore = (members: ReadonlyMap<string, string>, text: string): BusResponse[] | Rejection => {
  if (!text.startsWith('[')) return { rejection: 'more: must be an array' }
  const shared = [...members].filter(([name]) => !OWN.has(name) || name === 'timestamp')
  const more: BusResponse[] = []
  for (const element of jsonElements(text)) {
    if (!element.startsWith('{')) return { rejection: 'more: must be an array of objects' }
    const own = [...jsonMembers(element)].filter(([name]) => OWN.has(name))
    const response = toResponse(new Map([...shared, ...own]))
    if ('rejection' in response) return response
    more.push(response)
  }
  return more
}

/** Reads a message; `payload` and `original` stay the texts that were sent. */
export const decodeMessage = (body: Uint8Array): DecodedMessage => {
  const members = readMembers(body)
  if (members === undefined) return { rejection: 'The body is no JSON object in UTF-8.' }
  const response = toResponse(members)
  const text = members.get('more')
  if ('rejection' in response || text === undefined) return response
  const more = readMore(members, text)
  return 'rejection' in more ? more : { ...response, more }
}

import { plain, typed } from '../amqp/rhea.ts'
import { MAX_PEEK_BYTES, MAX_PEEK_MESSAGES } from '../entities/limits.ts'
import type { Message } from '../entities/message.ts'
import { encodeMessage } from '../messages/encode-message.ts'
import { stampsOf } from '../messages/stamps.ts'
import { member, type Operation } from './operation.ts'

const withoutBody = (message: Message): Message['content'] => ({
  ...message.content,
  tail: Buffer.concat([message.content.tail.subarray(0, message.content.applicationEnd), EMPTY_DATA]),
})

/** A data section without bytes. */
const EMPTY_DATA = Buffer.from([0x00, 0x53, 0x75, 0xa0, 0x00])

/** Shows messages without locking them, in any state, in order of their sequence numbers. */
export const peekMessages: Operation = ({ destination }, body) => {
  const from = member.number(body, 'from-sequence-number')
  const count = Math.min(member.number(body, 'message-count'), MAX_PEEK_MESSAGES)
  const sessionId = member.optionalText(body, 'session-id')
  const omitBody = plain(body.get('omit-message-body')) === true
  const found: Buffer[] = []
  let bytes = 0
  for (const message of destination.store.index.from(from)) {
    if (sessionId !== undefined && message.content.sessionId !== sessionId) continue
    const encoded = encodeMessage(omitBody ? withoutBody(message) : message.content, stampsOf(message))
    bytes += encoded.length
    if (found.length > 0 && bytes > MAX_PEEK_BYTES) break
    found.push(encoded)
    if (found.length >= count) break
  }
  if (found.length === 0) return { status: 204, description: 'There are no messages to peek.' }
  const messages = found.map((message) => typed.map([[typed.string('message'), typed.binary(message)]]))
  return { status: 200, body: typed.map([[typed.string('messages'), typed.list(messages)]]) }
}

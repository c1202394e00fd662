import { entriesOf } from '../amqp/outcomes.ts'
import { plain, readValue, type Typed, typed, writeValues } from '../amqp/rhea.ts'
import { FIELD } from './content.ts'
import { readSections, SECTION } from './read-sections.ts'

const AMQP_VALUE = 0x77
const CORRELATION_ID = 5

/** A request to a node such as `$cbs` or `$management`. */
export type Request = {
  messageId: Typed | undefined
  replyTo: string
  application: ReadonlyMap<string, Typed>
  body: Typed | undefined
}

export type Reply = { application: ReadonlyMap<string, Typed>; body: Typed }

/** @throws RangeError or TypeError when the bytes are not an AMQP message. */
export const readRequest = (payload: Buffer): Request => {
  const sections = new Map(readSections(payload).map((section) => [section.code, section]))
  const read = (code: number): Typed | undefined => {
    const section = sections.get(code)
    return section && readValue(payload.subarray(section.value, section.end))
  }
  const properties = read(SECTION.properties)
  const fields: Typed[] = Array.isArray(properties?.value) ? properties.value : []
  return {
    messageId: fields[FIELD.messageId],
    replyTo: String(plain(fields[FIELD.replyTo]) ?? ''),
    application: entriesOf(read(SECTION.applicationProperties)),
    body: read(AMQP_VALUE) ?? read(SECTION.data),
  }
}

/** The encoded answer to a request. */
export const writeReply = (request: Request, reply: Reply): Buffer => {
  const fields = Array.from({ length: CORRELATION_ID + 1 }, () => typed.nothing())
  if (request.messageId !== undefined) fields[CORRELATION_ID] = request.messageId
  const application = [...reply.application].map(([name, value]) => [typed.string(name), value] as const)
  return writeValues(
    typed.described(SECTION.properties, typed.list(fields)),
    typed.described(SECTION.applicationProperties, typed.map(application)),
    typed.described(AMQP_VALUE, reply.body),
  )
}

import { randomUUID } from 'node:crypto'
import { entriesOf } from '../amqp/outcomes.ts'
import { plain, readValue, type Typed, typed, writeValues } from '../amqp/rhea.ts'
import { readSections, SECTION, type SectionPosition } from './read-sections.ts'

/** Positions of the fields in the properties section. */
export const FIELD = {
  messageId: 0,
  to: 2,
  subject: 3,
  replyTo: 4,
  correlationId: 5,
  contentType: 6,
  groupId: 10,
  replyToGroupId: 12,
} as const

/**
 * What a sender sent. It never changes: an abandon or a dead letter with properties makes a new one. Properties,
 * application properties, body and footer stay the bytes they were (`tail`), so that no type is lost on the way.
 */
export type Content = {
  readonly durable: boolean
  readonly priority: number | undefined
  readonly ttlMs: number | undefined
  /** Message annotations of the sender, without those that only the broker sets. */
  readonly annotations: ReadonlyMap<string, Typed>
  readonly tail: Buffer
  /** Where the properties section ends in `tail`, and the application properties. */
  readonly propertiesEnd: number
  readonly applicationEnd: number
  readonly messageId: string
  readonly sessionId: string | undefined
  /** Milliseconds since the epoch. */
  readonly scheduledFor: number | undefined
  /** Bytes of the whole message as it was sent. */
  readonly bytes: number
}

const OF_THE_BROKER = new Set([
  'x-opt-sequence-number',
  'x-opt-enqueued-time',
  'x-opt-enqueue-sequence-number',
  'x-opt-locked-until',
  'x-opt-message-state',
  'x-opt-deadletter-source',
])
const SCHEDULED = 'x-opt-scheduled-enqueue-time'

/** A copy, because rhea answers the same array for every empty list. */
const listOf = (value: Typed | undefined): Typed[] => (Array.isArray(value?.value) ? [...value.value] : [])

/** A text for an id of any AMQP type (string, ulong, uuid, binary). */
const idText = (value: Typed | undefined): string | undefined => {
  const id = plain(value)
  if (id === null || id === undefined) return undefined
  return Buffer.isBuffer(id) ? id.toString('hex') : String(id)
}

const sectionBytes = (code: number, value: Typed): Buffer => writeValues(typed.described(code, value))

/** The fields of the properties section; a missing one is undefined or typed null. */
export const propertiesOf = (content: Content): Typed[] =>
  content.propertiesEnd === 0 ? [] : listOf(readValue(content.tail.subarray(0, content.propertiesEnd)))

/** Application properties with their types. */
export const applicationPropertiesOf = (content: Content): Map<string, Typed> =>
  content.applicationEnd === content.propertiesEnd
    ? new Map()
    : entriesOf(readValue(content.tail.subarray(content.propertiesEnd, content.applicationEnd)))

const withTail = (content: Content, properties: Buffer, application: Buffer): Content => ({
  ...content,
  tail: Buffer.concat([properties, application, content.tail.subarray(content.applicationEnd)]),
  propertiesEnd: properties.length,
  applicationEnd: properties.length + application.length,
})

/** The content with other application properties. */
export const withApplicationProperties = (content: Content, entries: ReadonlyMap<string, Typed>): Content => {
  const pairs = [...entries].map(([name, value]) => [typed.string(name), value] as const)
  const section =
    entries.size === 0 ? Buffer.alloc(0) : sectionBytes(SECTION.applicationProperties, typed.map(pairs))
  return withTail(content, content.tail.subarray(0, content.propertiesEnd), section)
}

/** The content with other fields of the properties section. */
export const withProperties = (content: Content, fields: readonly (Typed | undefined)[]): Content => {
  const complete = Array.from(fields, (field) => field ?? typed.nothing())
  const section = sectionBytes(SECTION.properties, typed.list(complete))
  return {
    ...withTail(content, section, content.tail.subarray(content.propertiesEnd, content.applicationEnd)),
    messageId: idText(fields[FIELD.messageId]) ?? content.messageId,
    sessionId: idText(fields[FIELD.groupId]),
  }
}

/** A content without a message id gets one: clients cannot renew a lock without. */
const withMessageId = (content: Content): Content => {
  if (content.messageId !== '') return content
  const fields = propertiesOf(content)
  fields[FIELD.messageId] = typed.string(randomUUID().replaceAll('-', ''))
  return withProperties(content, fields)
}

const milliseconds = (value: unknown): number | undefined => {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'number' ? value : undefined
}

const numberOf = (value: Typed | undefined): number | undefined => {
  const number = plain(value)
  return typeof number === 'number' ? number : undefined
}

/**
 * Reads an encoded AMQP message.
 * @throws RangeError or TypeError when the bytes are not one.
 */
export const readContent = (bytes: Buffer): Content => {
  const sections = new Map<number, SectionPosition>()
  let tailStart = bytes.length
  for (const section of readSections(bytes)) {
    sections.set(section.code, section)
    if (section.code >= SECTION.properties) tailStart = Math.min(tailStart, section.start)
  }
  const valueOf = (code: number): Typed | undefined => {
    const section = sections.get(code)
    return section && readValue(bytes.subarray(section.value, section.end))
  }
  const endOf = (code: number, otherwise: number): number => {
    const section = sections.get(code)
    return section === undefined ? otherwise : section.end - tailStart
  }
  const header = listOf(valueOf(SECTION.header))
  const properties = listOf(valueOf(SECTION.properties))
  const annotations = entriesOf(valueOf(SECTION.messageAnnotations))
  const scheduledFor = milliseconds(plain(annotations.get(SCHEDULED)))
  for (const name of OF_THE_BROKER) annotations.delete(name)
  const propertiesEnd = endOf(SECTION.properties, 0)
  return withMessageId({
    durable: plain(header[0]) === true,
    priority: numberOf(header[1]),
    ttlMs: numberOf(header[2]),
    annotations,
    // A copy: the bytes are a part of what came from the socket, which would stay in memory with them.
    tail: Buffer.from(bytes.subarray(tailStart)),
    propertiesEnd,
    applicationEnd: endOf(SECTION.applicationProperties, propertiesEnd),
    messageId: idText(properties[FIELD.messageId]) ?? '',
    sessionId: idText(properties[FIELD.groupId]),
    scheduledFor,
    bytes: bytes.length,
  })
}

/** The content with one annotation less or more. */
export const withAnnotation = (content: Content, name: string, value: Typed | undefined): Content => {
  const annotations = new Map(content.annotations)
  if (value === undefined) annotations.delete(name)
  else annotations.set(name, value)
  return {
    ...content,
    annotations,
    ...(name === SCHEDULED && { scheduledFor: milliseconds(plain(value)) }),
  }
}

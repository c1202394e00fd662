import { randomUUID } from 'node:crypto'
import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import { readBodyProperties } from '../invocation/body-properties.ts'
import { toTextData } from '../invocation/text-data.ts'
import type { RpcLong, RpcTypedData } from '../worker/protocol.ts'

type Message = ServiceBusReceivedMessage

/** The body as bytes: data sections come as a Buffer, AMQP values as what they are. */
const toBytes = (body: unknown): Buffer => {
  if (Buffer.isBuffer(body)) return body
  if (body instanceof Uint8Array) return Buffer.from(body)
  if (typeof body === 'string') return Buffer.from(body)
  return body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body))
}

/** .NET's DateTimeOffset in JSON. */
const toOffset = (date: Date | undefined): string => `${toDateTime(date)}+00:00`

const MAX_TIME = Date.parse('9999-12-31T23:59:59.999Z')
const MAX_DATE_TIME = '9999-12-31T23:59:59.9999999'

/** .NET's DateTime without a kind in JSON: no zone, no trailing zeros, at most the year 9999. */
const toDateTime = (date: Date | undefined): string =>
  date === undefined || date.getTime() >= MAX_TIME ? MAX_DATE_TIME : date.toISOString().replace(/\.?0*Z$/, '')

const toLong = (value: bigint): RpcLong => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
  unsigned: false,
})

const toSequenceNumber = (message: Message): bigint => BigInt(message.sequenceNumber?.toString() ?? '0')

/** The metadata names of `ServiceBusTriggerBindingStrategy` whose values are text. */
const TEXT: Record<string, (message: Message) => string | undefined> = {
  DeadLetterSource: (message) => message.deadLetterSource,
  LockToken: (message) => message.lockToken,
  MessageId: (message) => message.messageId?.toString(),
  ContentType: (message) => message.contentType,
  ReplyTo: (message) => message.replyTo,
  To: (message) => message.to,
  Subject: (message) => message.subject,
  Label: (message) => message.subject,
  CorrelationId: (message) => message.correlationId?.toString(),
  SessionId: (message) => message.sessionId,
  ReplyToSessionId: (message) => message.replyToSessionId,
  PartitionKey: (message) => message.partitionKey,
  TransactionPartitionKey: () => undefined,
}

/** Those whose values are JSON. Azure counts deliveries from 1, the SDK from 0. */
const JSON_VALUES: Record<string, (message: Message) => unknown> = {
  DeliveryCount: (message) => (message.deliveryCount ?? 0) + 1,
  ExpiresAtUtc: (message) => toDateTime(message.expiresAtUtc),
  ExpiresAt: (message) => toOffset(message.expiresAtUtc),
  EnqueuedTimeUtc: (message) => toDateTime(message.enqueuedTimeUtc),
  EnqueuedTime: (message) => toOffset(message.enqueuedTimeUtc),
  ApplicationProperties: (message) => message.applicationProperties ?? {},
  UserProperties: (message) => message.applicationProperties ?? {},
}

const json = (value: unknown): RpcTypedData => ({ json: JSON.stringify(value) })

/** What serialising the .NET objects for actions leaves of them. */
const shells = (functionName: string): Record<string, RpcTypedData> => ({
  MessageReceiver: json({}),
  MessageSession: json({}),
  MessageActions: json({}),
  SessionActions: json({}),
  ReceiveActions: json({}),
  Client: json({}),
  sys: json({ MethodName: functionName, UtcNow: new Date().toISOString(), RandGuid: randomUUID() }),
})

const mapValues = <From, To>(record: Record<string, From>, map: (value: From) => To): Array<[string, To]> =>
  Object.entries(record).map(([key, value]) => [key, map(value)])

/** Top-level properties of a JSON body, arrays apart, replace metadata of the same name in any case. */
const addBodyProperties = (metadata: Record<string, RpcTypedData>, body: string): void => {
  for (const [key, value] of readBodyProperties(body)) {
    if (value.json?.startsWith('[')) continue
    const known = Object.keys(metadata).find((name) => name.toUpperCase() === key.toUpperCase())
    metadata[known ?? key] = value
  }
}

export type TriggerData = { data: RpcTypedData; metadata: Record<string, RpcTypedData> }

export type TriggerDataOptions = {
  functionName: string
  dataType: 'string' | 'binary'
  /** The capability `IncludeEmptyEntriesInMessagePayload`; without it arrays lose their empty entries. */
  includeEmptyEntries: boolean
}

/** What a function with cardinality `one` gets for a message. */
export const toSingleTrigger = (message: Message, options: TriggerDataOptions): TriggerData => {
  const bytes = toBytes(message.body)
  const metadata = shells(options.functionName)
  for (const [key, value] of mapValues(JSON_VALUES, (read) => read(message))) metadata[key] = json(value)
  metadata['SequenceNumber'] = { json: toSequenceNumber(message).toString() }
  for (const [key, value] of mapValues(TEXT, (read) => read(message))) {
    if (value !== undefined) metadata[key] = toTextData(value)
  }
  if (options.dataType === 'binary') return { data: { bytes }, metadata }
  const text = bytes.toString('utf8')
  addBodyProperties(metadata, text)
  return { data: { string: text }, metadata }
}

/** What a function with cardinality `many` gets for a batch: every name with `Array` behind it, no scalar form. */
export const toBatchTrigger = (messages: readonly Message[], options: TriggerDataOptions): TriggerData => {
  const strings = (values: Array<string | undefined>): RpcTypedData => ({
    collectionString: {
      string: values
        .map((value) => value ?? '')
        .filter((value) => value !== '' || options.includeEmptyEntries),
    },
  })
  const metadata = shells(options.functionName)
  for (const [key, read] of Object.entries(JSON_VALUES)) metadata[`${key}Array`] = json(messages.map(read))
  for (const [key, read] of Object.entries(TEXT)) metadata[`${key}Array`] = strings(messages.map(read))
  metadata['SequenceNumberArray'] = {
    collectionSint64: { sint64: messages.map((message) => toLong(toSequenceNumber(message))) },
  }
  const bodies = messages.map(({ body }) => toBytes(body))
  return options.dataType === 'binary'
    ? { data: { collectionBytes: { bytes: bodies } }, metadata }
    : { data: strings(bodies.map((body) => body.toString('utf8'))), metadata }
}

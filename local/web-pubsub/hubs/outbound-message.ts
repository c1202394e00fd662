import { payloadBody, payloadMembers, type Payload } from './payload.ts'

/** Where a stream's fragment stands (client specification 3.6.5). */
export type StreamPosition = {
  streamId: string
  streamSequenceId: number
  endOfStream?: true
  error?: { name: string; message?: string; userErrorCode?: string }
}

export type MessageSource =
  { from: 'server' } | { from: 'group'; group: string; fromUserId: string | null; stream?: StreamPosition }

export type MessageContent = {
  source: MessageSource
  payload: Payload
  metadata?: Record<string, string> | undefined
  /** Milliseconds since the epoch after which the message is not replayed any more. */
  expiresAt?: number | undefined
}

const members = (value: object): string => JSON.stringify(value).slice(1, -1)

/**
 * A message on its way to clients. Each form is serialised once, however many receive it: for reliable clients only the
 * tail with the sequence id differs.
 */
export class OutboundMessage {
  readonly content: MessageContent
  #head: Buffer | undefined
  #frame: Buffer | undefined
  #raw: string | Buffer | undefined

  constructor(content: MessageContent) {
    this.content = content
  }

  /** The frame of `json.webpubsub.azure.v1`. */
  get frame(): Buffer {
    this.#frame ??= Buffer.concat([this.head, Buffer.from('}')])
    return this.#frame
  }

  /** The frame of `json.reliable.webpubsub.azure.v1`. */
  reliableFrame(sequenceId: number): Buffer {
    return Buffer.concat([this.head, Buffer.from(`,"sequenceId":${sequenceId}}`)])
  }

  /** The frame of a client without a sub-protocol of the service: the data alone. */
  get raw(): string | Buffer {
    this.#raw ??= payloadBody(this.content.payload)
    return this.#raw
  }

  get bytes(): number {
    return this.head.length
  }

  /** The JSON frame without its closing brace. */
  private get head(): Buffer {
    if (this.#head === undefined) {
      const { source, payload, metadata } = this.content
      const about = metadata === undefined ? '' : `,"metadata":${JSON.stringify(metadata)}`
      this.#head = Buffer.from(`{"type":"message",${members(source)},${payloadMembers(payload)}${about}`)
    }
    return this.#head
  }
}

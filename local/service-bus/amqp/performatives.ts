import type { Typed } from './rhea.ts'

/** An AMQP error as it is sent: https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html 2.8.14. */
export type AmqpError = { condition: string; description: string }

/** What the broker reads of each performative; the names are the specification's. Absent fields are null or undefined. */
export type OpenFields = {
  container_id: string
  hostname?: string | null
  max_frame_size?: number | null
  idle_time_out?: number | null
}

export type BeginFields = { incoming_window: number; next_outgoing_id: number }

export type AttachFields = {
  name: string
  handle: number
  /** true: the peer receives. */
  role: boolean
  snd_settle_mode?: number | null
  rcv_settle_mode?: number | null
  source?: unknown
  target?: unknown
  properties?: Readonly<Record<string, unknown>> | null
}

export type FlowFields = {
  next_incoming_id?: number | null
  incoming_window: number
  next_outgoing_id: number
  handle?: number | null
  delivery_count?: number | null
  link_credit?: number | null
  drain?: boolean | null
  echo?: boolean | null
}

export type TransferFields = {
  handle: number
  delivery_id?: number | null
  delivery_tag?: Buffer | null
  message_format?: number | null
  settled?: boolean | null
  more?: boolean | null
  aborted?: boolean | null
}

export type DispositionFields = {
  role: boolean
  first: number
  last?: number | null
  settled?: boolean | null
  state?: Typed | null
}

export type DetachFields = { handle: number; closed?: boolean | null; error?: unknown }

export type SaslInitFields = { mechanism: string; initial_response?: Buffer | null }

/** A terminus of an attach. */
export type Terminus = { address?: string | null; filter?: Readonly<Record<string, unknown>> | null }

export type Frame =
  | { channel: number; kind: 'open'; fields: OpenFields }
  | { channel: number; kind: 'begin'; fields: BeginFields }
  | { channel: number; kind: 'attach'; fields: AttachFields }
  | { channel: number; kind: 'flow'; fields: FlowFields }
  | { channel: number; kind: 'transfer'; fields: TransferFields; payload?: Buffer }
  | { channel: number; kind: 'disposition'; fields: DispositionFields }
  | { channel: number; kind: 'detach'; fields: DetachFields }
  | { channel: number; kind: 'end'; fields: object }
  | { channel: number; kind: 'close'; fields: object }
  | { channel: number; kind: 'sasl_init'; fields: SaslInitFields }
  | { channel: number; kind?: undefined }

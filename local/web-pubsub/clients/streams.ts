import type { ServiceContext } from '../context.ts'
import type { GroupStream } from '../hubs/connection.ts'
import type { StreamPosition } from '../hubs/outbound-message.ts'
import type { Payload } from '../hubs/payload.ts'
import { STREAM_IDLE_MS } from '../limits.ts'
import type { Client } from './client.ts'
import type { FrameOf } from './frames/client-frame.ts'
import { FrameError, readFramePayload } from './frames/parse-frame.ts'
import { streamAckFrame, streamClosedFrame, streamNackFrame } from './frames/service-frames.ts'
import { publishToGroup, refuseSending } from './send-to-group.ts'

/** The rules of streams are those of section 3.6 of the client specification. */

type StreamError = NonNullable<StreamPosition['error']>

const noData: Payload = { dataType: 'text', text: '' }

/** Tells the group that the stream is over, and forgets it. */
const finish = (
  context: ServiceContext,
  client: Client,
  { streamId, error }: { streamId: string; error?: StreamError | undefined },
): void => {
  const stream = client.connection.streams?.get(streamId)
  if (stream === undefined) return
  client.connection.streams?.delete(streamId)
  stream.idle?.cancel()
  const { group, noEcho, expected } = stream
  const position = { streamId, streamSequenceId: expected, endOfStream: true } as const
  publishToGroup(context, client, {
    group,
    noEcho,
    payload: noData,
    stream: error === undefined ? position : { ...position, error },
  })
}

const restartIdleTimer = (context: ServiceContext, client: Client, streamId: string): void => {
  const stream = client.connection.streams?.get(streamId)
  if (stream === undefined) return
  stream.idle?.cancel()
  stream.idle = context.clock.after(stream.idleMs, () => {
    const error = { name: 'IdleTimeout', message: `Nothing came for ${stream.idleMs} ms.` } as const
    finish(context, client, { streamId, error })
    client.connection.send(streamClosedFrame(streamId, error))
  })
}

export const startStream = (
  context: ServiceContext,
  client: Client,
  frame: FrameOf<'sendToGroup'> & { stream: NonNullable<FrameOf<'sendToGroup'>['stream']> },
): void => {
  const { connection } = client
  const { streamId, idleTimeoutMs } = frame.stream
  const refusal = refuseSending(connection, frame.group)
  if (refusal !== undefined) {
    const name = refusal.name === 'Forbidden' ? 'Forbidden' : 'BadRequest'
    connection.send(streamClosedFrame(streamId, { name, message: refusal.message }))
  } else if (frame.data !== undefined || connection.streams?.has(streamId) === true) {
    const message = 'A stream starts without data, under an id that no other stream of the connection has.'
    connection.send(streamClosedFrame(streamId, { name: 'BadRequest', message }))
  } else {
    const { group, noEcho } = frame
    const stream: GroupStream = {
      group,
      noEcho,
      expected: 1,
      idleMs: idleTimeoutMs ?? STREAM_IDLE_MS,
      idle: undefined,
    }
    connection.streams ??= new Map()
    connection.streams.set(streamId, stream)
    restartIdleTimer(context, client, streamId)
    connection.send(streamAckFrame(streamId, stream.expected))
  }
}

/** The fragment of a frame; undefined for a keep-alive, which has none of its members. */
const readFragment = ({ streamSequenceId, dataType, data }: FrameOf<'streamData'>) => {
  if (streamSequenceId === undefined && dataType === undefined && data === undefined) return undefined
  if (streamSequenceId === undefined || dataType === undefined) {
    throw new FrameError('A fragment of a stream has streamSequenceId, dataType and data.')
  }
  return { streamSequenceId, payload: readFramePayload({ dataType, data }) }
}

const closeUnknown = ({ connection }: Client, streamId: string): void =>
  connection.send(
    streamClosedFrame(streamId, { name: 'StreamNotFound', message: `There is no stream '${streamId}'.` }),
  )

export const continueStream = (
  context: ServiceContext,
  client: Client,
  frame: FrameOf<'streamData'>,
): void => {
  const { connection } = client
  const { streamId } = frame
  const fragment = readFragment(frame)
  const stream = connection.streams?.get(streamId)
  if (stream === undefined) return closeUnknown(client, streamId)
  const refusal = refuseSending(connection, stream.group)
  if (refusal !== undefined) {
    const error = { name: 'Forbidden', message: refusal.message } as const
    finish(context, client, { streamId, error })
    return connection.send(streamClosedFrame(streamId, error))
  }
  restartIdleTimer(context, client, streamId)
  if (fragment === undefined) return undefined
  const { streamSequenceId, payload } = fragment
  if (streamSequenceId > stream.expected) return connection.send(streamNackFrame(streamId, stream.expected))
  if (streamSequenceId === stream.expected) {
    stream.expected += 1
    const { group, noEcho } = stream
    publishToGroup(context, client, { group, noEcho, payload, stream: { streamId, streamSequenceId } })
  }
  return connection.send(streamAckFrame(streamId, stream.expected))
}

/** The error with which a publisher ends its stream, as the group sees it. */
const userError = ({ message, userErrorCode }: NonNullable<FrameOf<'streamEnd'>['error']>): StreamError => ({
  name: 'UserError',
  ...(message === undefined ? {} : { message }),
  ...(userErrorCode === undefined ? {} : { userErrorCode }),
})

export const endStream = (
  context: ServiceContext,
  client: Client,
  { streamId, error }: FrameOf<'streamEnd'>,
): void => {
  if (client.connection.streams?.has(streamId) !== true) return closeUnknown(client, streamId)
  finish(context, client, { streamId, error: error === undefined ? undefined : userError(error) })
  return client.connection.send(streamClosedFrame(streamId))
}

/** Ends all streams of a client that is gone. */
export const cancelStreams = (context: ServiceContext, client: Client): void => {
  for (const streamId of client.connection.streams?.keys() ?? []) {
    finish(context, client, { streamId, error: { name: 'Cancelled', message: 'The publisher is gone.' } })
  }
}

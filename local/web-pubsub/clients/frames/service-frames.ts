import { payloadMembers, type Payload } from '../../hubs/payload.ts'

/** Error names of acks. */
export type AckError = {
  name: 'Forbidden' | 'InternalServerError' | 'Duplicate' | 'BadRequest'
  message: string
}

export const pongFrame = '{"type":"pong"}'

export const ackFrame = (ackId: number, error?: AckError): string =>
  JSON.stringify({ type: 'ack', ackId, success: error === undefined, error })

export const connectedFrame = (connection: {
  userId: string | null
  connectionId: string
  reconnectionToken?: string | undefined
}): string => JSON.stringify({ type: 'system', event: 'connected', ...connection })

/** The end of an invocation: an error, or success with or without data. */
export const invokeResponseFrame = (
  invocationId: string,
  { error, payload }: { error?: AckError; payload?: Payload | undefined },
): string => {
  const head = JSON.stringify({ type: 'invokeResponse', invocationId, success: error === undefined, error })
  return payload === undefined ? head : `${head.slice(0, -1)},${payloadMembers(payload)}}`
}

type StreamError = 'StreamNotFound' | 'Forbidden' | 'BadRequest' | 'InternalServerError' | 'IdleTimeout'

export const streamAckFrame = (streamId: string, expectedSequenceId: number): string =>
  JSON.stringify({ type: 'streamAck', streamId, expectedSequenceId })

/** The stream goes on: its next fragment must be `expectedSequenceId`. */
export const streamNackFrame = (streamId: string, expectedSequenceId: number): string =>
  JSON.stringify({
    type: 'streamNack',
    streamId,
    name: 'InvalidSequenceId',
    message: `The next fragment of the stream is ${expectedSequenceId}.`,
    expectedSequenceId,
  })

export const streamClosedFrame = (streamId: string, error?: { name: StreamError; message: string }): string =>
  JSON.stringify({ type: 'streamClosed', streamId, error })

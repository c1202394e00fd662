import type { ServiceContext } from '../context.ts'
import { findMetadataFault } from '../hubs/message-metadata.ts'
import { acknowledge } from './acknowledge.ts'
import { changeMembership } from './change-membership.ts'
import type { Client } from './client.ts'
import type { ClientFrame, FrameOf } from './frames/client-frame.ts'
import { FrameError, readFramePayload } from './frames/parse-frame.ts'
import { pongFrame } from './frames/service-frames.ts'
import { cancelInvocation, invoke } from './invoke.ts'
import { raiseEvent, refuseEventName } from './raise-event.ts'
import { publishToGroup, refuseSending } from './send-to-group.ts'
import { continueStream, endStream, startStream } from './streams.ts'

/** The frames that need no turn: they are taken even while the event handler keeps the connection waiting. */
export const isUrgent = ({ type }: ClientFrame): boolean =>
  type === 'ping' || type === 'sequenceAck' || type === 'cancelInvocation'

const sendToGroup = (
  context: ServiceContext,
  client: Client,
  frame: FrameOf<'sendToGroup'>,
): Promise<void> | undefined => {
  const { group, noEcho, metadata, ttlSeconds, stream } = frame
  if (stream !== undefined) {
    startStream(context, client, { ...frame, stream })
    return undefined
  }
  const payload = readFramePayload(frame)
  const fault = findMetadataFault(metadata)
  if (fault !== undefined) throw new FrameError(fault)
  return acknowledge(context, client, {
    ackId: frame.ackId,
    execute: () => {
      const refusal = refuseSending(client.connection, group)
      if (refusal !== undefined) return refusal
      publishToGroup(context, client, { group, noEcho, payload, metadata, ttlSeconds })
      return undefined
    },
  })
}

/**
 * Does what a frame asks for.
 * @returns a promise when the next frame of the connection has to wait.
 * @throws FrameError when the frame's data is wrong.
 */
export const handleFrame = (
  context: ServiceContext,
  client: Client,
  frame: ClientFrame,
): Promise<void> | undefined => {
  const { hub, connection } = client
  switch (frame.type) {
    case 'ping':
      connection.send(pongFrame)
      return undefined
    case 'sequenceAck':
      connection.replay?.acknowledge(frame.sequenceId)
      return undefined
    case 'joinGroup':
    case 'leaveGroup':
      return acknowledge(context, client, {
        ackId: frame.ackId,
        execute: () => changeMembership(hub, connection, frame),
      })
    case 'sendToGroup':
      return sendToGroup(context, client, frame)
    case 'event': {
      const payload = readFramePayload(frame)
      return acknowledge(context, client, {
        ackId: frame.ackId,
        execute: () =>
          refuseEventName(frame.event) ?? raiseEvent(context, client, { event: frame.event, payload }),
      })
    }
    case 'invoke':
      invoke(context, client, frame)
      return undefined
    case 'cancelInvocation':
      cancelInvocation(connection, frame.invocationId)
      return undefined
    case 'streamData':
      continueStream(context, client, frame)
      return undefined
    case 'streamEnd':
      endStream(context, client, frame)
      return undefined
  }
}

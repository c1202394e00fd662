import type { ServiceContext } from '../context.ts'
import { acknowledge } from './acknowledge.ts'
import type { Client } from './client.ts'
import { changeMembership } from './change-membership.ts'
import type { ClientFrame } from './frames/client-frame.ts'
import { readFramePayload } from './frames/parse-frame.ts'
import { pongFrame } from './frames/service-frames.ts'
import { publishToGroup, refuseSending } from './send-to-group.ts'

/**
 * Does what a frame asks for.
 * @returns a promise when the next frame of the connection has to wait.
 * @throws FrameError when the frame's data is wrong.
 */
export const handleFrame = (
  context: ServiceContext,
  { hub, connection }: Client,
  frame: ClientFrame,
): Promise<void> | undefined => {
  switch (frame.type) {
    case 'ping':
      connection.send(pongFrame)
      return undefined
    case 'sequenceAck':
      connection.replay?.acknowledge(frame.sequenceId)
      return undefined
    case 'joinGroup':
    case 'leaveGroup':
      return acknowledge(connection, frame.ackId, () => changeMembership(hub, connection, frame))
    case 'sendToGroup': {
      const { group, noEcho, metadata, ttlSeconds } = frame
      const payload = readFramePayload(frame)
      return acknowledge(connection, frame.ackId, () => {
        const refusal = refuseSending(connection, group)
        if (refusal !== undefined) return refusal
        publishToGroup(context, { hub, connection }, { group, noEcho, payload, metadata, ttlSeconds })
        return undefined
      })
    }
    default:
      return undefined
  }
}

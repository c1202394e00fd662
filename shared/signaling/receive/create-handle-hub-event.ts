import type { HandleHubEvent } from '../hub-event.ts'
import { createHandleConnect } from './handle-connect.ts'
import { createHandleDisconnected } from './handle-disconnected.ts'
import { createHandleFrame, type HandleFrameOptions } from './handle-frame.ts'

/** Takes the events of the hub `agents`. */
export const createHandleHubEvent = (
  options: HandleFrameOptions &
    Parameters<typeof createHandleConnect>[0] &
    Parameters<typeof createHandleDisconnected>[0],
): HandleHubEvent => {
  const handleConnect = createHandleConnect(options)
  const handleFrame = createHandleFrame(options)
  const handleDisconnected = createHandleDisconnected(options)
  return async (event, waitUntil) => {
    switch (event.kind) {
      case 'connect':
        return handleConnect(event)
      case 'message':
        return handleFrame(event, waitUntil)
      case 'disconnected':
        return handleDisconnected(event)
    }
  }
}

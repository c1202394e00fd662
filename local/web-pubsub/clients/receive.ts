import type { RawData } from 'ws'
import type { ServiceContext } from '../context.ts'
import type { Connection } from '../hubs/connection.ts'
import type { Client } from './client.ts'
import { FrameError, parseFrame } from './frames/parse-frame.ts'
import { handleFrame } from './handle-frame.ts'

export type ReceivedFrame = { data: Buffer; isBinary: boolean }

const asBuffer = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

const handlePubSub = (
  context: ServiceContext,
  client: Client,
  { data, isBinary }: ReceivedFrame,
): Promise<void> | undefined => {
  if (isBinary) {
    client.hub.end(client.connection, {
      code: 1003,
      reason: 'Binary frames are not part of the JSON sub-protocol.',
    })
    return undefined
  }
  try {
    return handleFrame(context, client, parseFrame(data.toString('utf8')))
  } catch (error) {
    if (!(error instanceof FrameError)) throw error
    client.hub.end(client.connection, { code: 1007, reason: error.message })
    return undefined
  }
}

/** Runs the work of a connection's frames one after the other; at once where nothing waits. */
const inTurn = (connection: Connection, work: () => Promise<void> | undefined): void => {
  const pending = connection.busy === undefined ? work() : connection.busy.then(work)
  if (pending === undefined) return
  const settled = pending.finally(() => {
    if (connection.busy === settled) connection.busy = undefined
  })
  connection.busy = settled
}

/** Takes a frame of a client. */
export const receive = (
  context: ServiceContext,
  client: Client,
  { data, isBinary }: { data: RawData; isBinary: boolean },
): void => {
  const { connection, hub } = client
  const frame = { data: asBuffer(data), isBinary }
  connection.pingedAt = undefined
  inTurn(connection, () => {
    if (!hub.connections.has(connection.id)) return undefined
    return handlePubSub(context, client, frame)
  })
}

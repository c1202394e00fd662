import type { RawData } from 'ws'
import type { ServiceContext } from '../context.ts'
import { hitFault } from '../hit-fault.ts'
import type { Connection } from '../hubs/connection.ts'
import type { Client } from './client.ts'
import type { ClientFrame } from './frames/client-frame.ts'
import { FrameError, parseFrame } from './frames/parse-frame.ts'
import { ackFrame } from './frames/service-frames.ts'
import { handleFrame, isUrgent } from './handle-frame.ts'
import { handleSimple } from './handle-simple.ts'

type Work = () => Promise<void> | undefined

const asBuffer = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** Runs the work of a connection's frames one after the other; at once where nothing waits. */
const inTurn = (connection: Connection, work: Work): void => {
  const pending = connection.busy === undefined ? work() : connection.busy.then(work)
  if (pending === undefined) return
  const settled = pending.finally(() => {
    if (connection.busy === settled) connection.busy = undefined
  })
  connection.busy = settled
}

/** Work that ends the connection when the frame turns out to be wrong. */
const guarded =
  ({ hub, connection }: Client, work: Work): Work =>
  () => {
    if (!hub.connections.has(connection.id)) return undefined
    try {
      return work()
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      hub.end(connection, { code: 1007, reason: error.message })
      return undefined
    }
  }

/** What a fault can name in a frame: its group or event. */
const targetOf = (frame: ClientFrame | undefined): string | undefined => {
  if (frame === undefined) return undefined
  if ('group' in frame) return frame.group
  return 'event' in frame ? frame.event : undefined
}

/** The same work, after the faults had their say. */
const withFaults =
  (
    { faults }: ServiceContext,
    { client, frame }: { client: Client; frame?: ClientFrame },
    work: Work,
  ): Work =>
  async () => {
    const { connection, hub } = client
    const hit = await hitFault(faults, 'frame', [targetOf(frame), hub.name])
    if (hit === undefined) return work()
    if (hit === 'drop') return connection.cut()
    if (frame === undefined || !('ackId' in frame) || frame.ackId === undefined) return undefined
    const error = { name: 'InternalServerError', message: 'A fault refuses the frame.' } as const
    return connection.send(ackFrame(frame.ackId, error))
  }

const receiveSimple = (
  context: ServiceContext,
  client: Client,
  frame: { data: Buffer; isBinary: boolean },
): void => {
  const { data, isBinary } = frame
  const work = guarded(client, () =>
    handleSimple(
      context,
      client,
      isBinary ? { dataType: 'binary', bytes: data } : { dataType: 'text', text: data.toString('utf8') },
    ),
  )
  inTurn(client.connection, context.faults.idle ? work : withFaults(context, { client }, work))
}

/** Takes a frame of a client. */
export const receive = (
  context: ServiceContext,
  client: Client,
  { data, isBinary }: { data: RawData; isBinary: boolean },
): void => {
  const { connection, hub } = client
  const bytes = asBuffer(data)
  connection.pingedAt = undefined
  if (connection.identity.dialect === 'simple') {
    receiveSimple(context, client, { data: bytes, isBinary })
    return
  }
  if (isBinary) {
    hub.end(connection, { code: 1003, reason: 'Binary frames are not part of the JSON sub-protocols.' })
    return
  }
  guarded(client, () => {
    const frame = parseFrame(bytes.toString('utf8'))
    const work = guarded(client, () => handleFrame(context, client, frame))
    if (!context.faults.idle) inTurn(connection, withFaults(context, { client, frame }, work))
    else if (isUrgent(frame)) void work()
    else inTurn(connection, work)
    return undefined
  })()
}

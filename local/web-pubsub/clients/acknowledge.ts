import type { ServiceContext } from '../context.ts'
import { hitFault } from '../hit-fault.ts'
import type { Client } from './client.ts'
import { ackFrame, type AckError } from './frames/service-frames.ts'

type Outcome = AckError | undefined

type Acknowledged = {
  ackId: number | undefined
  execute: () => Outcome | Promise<Outcome>
}

/** Sends an ack, unless a fault loses it or cuts the connection in its place. */
const sendAck = (
  { faults }: ServiceContext,
  { connection, hub }: Client,
  { ackId, error }: { ackId: number; error: Outcome },
): Promise<void> | undefined => {
  const frame = ackFrame(ackId, error)
  if (faults.idle) {
    connection.send(frame)
    return undefined
  }
  return hitFault(faults, 'ack', [hub.name]).then((hit) => {
    if (hit === undefined) connection.send(frame)
    else if (hit !== 'drop') connection.cut()
  })
}

/**
 * Executes what a frame asks for and answers with an ack, if the frame has an ackId. An ackId that was executed before
 * is answered `Duplicate` and not executed again.
 */
export const acknowledge = (
  context: ServiceContext,
  client: Client,
  { ackId, execute }: Acknowledged,
): Promise<void> | undefined => {
  const { acks } = client.connection
  if (ackId !== undefined && acks.has(ackId)) {
    const error = { name: 'Duplicate', message: `Message with ack-id: ${ackId} has been processed.` } as const
    return sendAck(context, client, { ackId, error })
  }
  const answer = (error: Outcome): Promise<void> | undefined => {
    if (ackId === undefined) return undefined
    if (error === undefined) acks.remember(ackId)
    return sendAck(context, client, { ackId, error })
  }
  const outcome = execute()
  return outcome instanceof Promise ? outcome.then(answer) : answer(outcome)
}

import type { Connection } from '../hubs/connection.ts'
import { ackFrame, type AckError } from './frames/service-frames.ts'

type Outcome = AckError | undefined

/**
 * Executes what a frame asks for and answers with an ack, if the frame has an ackId. An ackId that was executed before
 * is answered `Duplicate` and not executed again.
 */
export const acknowledge = (
  connection: Connection,
  ackId: number | undefined,
  execute: () => Outcome | Promise<Outcome>,
): Promise<void> | undefined => {
  if (ackId !== undefined && connection.acks.has(ackId)) {
    connection.send(
      ackFrame(ackId, { name: 'Duplicate', message: `Message with ack-id: ${ackId} has been processed.` }),
    )
    return undefined
  }
  const answer = (error: Outcome): void => {
    if (ackId === undefined) return
    if (error === undefined) connection.acks.remember(ackId)
    connection.send(ackFrame(ackId, error))
  }
  const outcome = execute()
  if (outcome instanceof Promise) return outcome.then(answer)
  answer(outcome)
  return undefined
}

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

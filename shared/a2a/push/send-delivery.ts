import type { PushDelivery } from '../../contract/a2a/push-delivery.ts'
import { hashText } from '../../kernel/ids.ts'

/** What deliveries need of the bus. */
export type SendToQueue = (
  queue: string,
  message: {
    body: Uint8Array
    messageId: string
    contentType: string
    correlationId: string
    scheduledAt?: Date
  },
) => Promise<void>

/** Bodies that are too large for a message. */
export type PushBodies = {
  write(name: string, body: string): Promise<void>
  /** Undefined when there is none: it was delivered. */
  read(name: string): Promise<string | undefined>
  remove(name: string): Promise<void>
}

/** Puts a delivery on the queue; resolves when the broker holds it. */
export type SendDelivery = (delivery: PushDelivery, at?: Date) => Promise<void>

/** What travels in one message: Service Bus Standard takes 256 KiB with all properties. */
const MAX_MESSAGE_BYTES = 192 * 1024

export const encodeDelivery = (delivery: PushDelivery): Uint8Array =>
  Buffer.from(JSON.stringify(delivery), 'utf8')

export const createSendDelivery = (options: {
  queue: string
  send: SendToQueue
  bodies: Pick<PushBodies, 'write'>
}): SendDelivery => {
  const { queue, send, bodies } = options

  /** A body of its own for each config: it goes when that one is delivered. */
  const fit = async ({ body, ...delivery }: PushDelivery): Promise<PushDelivery> => {
    const whole = { ...delivery, ...(body === undefined ? {} : { body }) }
    if (body === undefined || encodeDelivery(whole).length <= MAX_MESSAGE_BYTES) return whole
    const name = `${delivery.notification_id}-${hashText(delivery.config_id)}`
    await bodies.write(name, body)
    return { ...delivery, body_blob: name }
  }

  return async (delivery, at) => {
    const fitting = await fit(delivery)
    const { notification_id, config_id, stream, attempt } = fitting
    await send(queue, {
      body: encodeDelivery(fitting),
      messageId: hashText(JSON.stringify([notification_id, config_id, attempt])),
      contentType: 'application/json',
      correlationId: stream,
      ...(at === undefined ? {} : { scheduledAt: at }),
    })
  }
}

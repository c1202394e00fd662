import type { PushDelivery } from '../../contract/a2a/push-delivery.ts'
import { EgressError, type SendHttp } from '../../kernel/egress.ts'
import type { Answer } from './delivery-outcome.ts'
import { notificationHeaders } from './notification-headers.ts'
import type { PushConfig } from './push-config.ts'

/** Milliseconds for an attempt; A2A names none, official senders take 5 s. */
const TIMEOUT_MS = 10_000

const MAX_ANSWER_BYTES = 16 * 1024

/** Sends a notification to where its config says, once. Whatever the receiver does is an answer. */
export type PostNotification = (delivery: PushDelivery, config: PushConfig, body: string) => Promise<Answer>

export const createPostNotification =
  (options: {
    sendHttp: SendHttp
    /** The header for the token of a config, beside `A2A-Notification-Token`. */
    tokenHeader: string
  }): PostNotification =>
  async (delivery, config, body) => {
    try {
      const { status, text } = await options.sendHttp({
        method: 'POST',
        url: new URL(config.url),
        headers: notificationHeaders(delivery, config, options.tokenHeader),
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headTimeoutMs: TIMEOUT_MS,
        target: 'checked',
      })
      // What the receiver says means nothing; it is read so that the connection can be kept.
      await text(MAX_ANSWER_BYTES).catch(() => undefined)
      return { status }
    } catch (error) {
      if (error instanceof EgressError) return { failure: error.kind }
      throw error
    }
  }

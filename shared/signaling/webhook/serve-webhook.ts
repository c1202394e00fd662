import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { HandleHubEvent } from '../hub-event.ts'
import type { AnswerValidation } from './answer-validation.ts'
import type { VerifyCaller } from './verify-caller.ts'
import { readHubEvent } from './read-hub-event.ts'
import { rememberDeliveries } from './remember-deliveries.ts'
import { toHttpReply } from './to-http-reply.ts'
import type { WebhookAnswer, WebhookRequest } from './webhook-request.ts'

/**
 * Serves the webhook of the hub `agents`.
 * @throws GatewayError 400 for what is no event of it, 401 and 403 for a caller that is not the service, 503 when the
 * event must come again; also for a connection that is refused.
 */
export type ServeWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>

export const createServeWebhook = (options: {
  verifyCaller: VerifyCaller
  answerValidation: AnswerValidation
  handle: HandleHubEvent
  clock: Clock
  log: Log
}): ServeWebhook => {
  const { verifyCaller, answerValidation, handle, log } = options
  const once = rememberDeliveries<WebhookAnswer>(options)

  /** In the log, because the service tells its operator little: a wrong key would look like agents that cannot connect. */
  const verify = async (headers: Headers): Promise<void> => {
    try {
      await verifyCaller(headers)
    } catch (error) {
      log.warn('An event is not taken: that it comes from Web PubSub is not proven.', { error })
      throw error
    }
  }

  return async (request) => {
    if (request.method === 'OPTIONS') return answerValidation(request.headers)
    await verify(request.headers)
    const event = await readHubEvent(request)
    return once(`${event.connectionId} ${event.eventId}`, async () =>
      toHttpReply(await handle(event, (work) => request.waitUntil(work))),
    )
  }
}

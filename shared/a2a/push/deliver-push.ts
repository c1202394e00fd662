import { PushDelivery } from '../../contract/a2a/push-delivery.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { issuesOf } from '../../kernel/parse.ts'
import type { Patiently } from '../../kernel/retry.ts'
import type { ConfigKeeper } from './config-keeper.ts'
import { decideOutcome, type DeliveryOutcome } from './delivery-outcome.ts'
import type { PostNotification } from './post-notification.ts'
import { encodeDelivery, type PushBodies, type SendDelivery } from './send-delivery.ts'

/** Why a message is put aside: a dead letter. */
export type PutAsideCause = { reason: string; description: string; taskId?: string; agentId?: string }

const parseMessage = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}

/**
 * Works on one message of the queue: sends the notification to the client. What fails for now comes again later as a
 * new message; what fails for good is put aside, with its attempts counted from 1 again, so that it can be redriven.
 * Resolves when the message is done with. @throws GatewayError 503 when it must come again.
 */
export const createDeliverPush = <Message extends { body: Uint8Array }>(options: {
  keeper: Pick<ConfigKeeper, 'get'>
  bodies: Pick<PushBodies, 'read' | 'remove'>
  sendDelivery: SendDelivery
  post: PostNotification
  putAside(message: Message, cause: PutAsideCause): Promise<void>
  patiently: Patiently
  clock: Clock
  log: Log
}): ((message: Message) => Promise<void>) => {
  const { keeper, bodies, sendDelivery, post, putAside, patiently, clock, log } = options

  const forget = async ({ body_blob: name }: PushDelivery): Promise<void> => {
    if (name !== undefined) await patiently(() => bodies.remove(name))
  }

  const readBody = async ({ body, body_blob: name }: PushDelivery): Promise<string | undefined> =>
    name === undefined ? body : patiently(() => bodies.read(name))

  const giveUp = (
    message: Message,
    delivery: PushDelivery,
    { reason, why }: Extract<DeliveryOutcome, { kind: 'dead' }>,
  ): Promise<void> => {
    const { agent_id: agentId, task_id: taskId } = delivery
    const cause = { reason, description: why, agentId, ...(taskId === undefined ? {} : { taskId }) }
    const body = encodeDelivery({ ...delivery, attempt: 1 })
    return patiently(() => putAside({ ...message, body }, cause))
  }

  const deliver = async (message: Message, delivery: PushDelivery): Promise<void> => {
    const { agent_id, stream, config_id, attempt } = delivery
    const kept = await patiently(() => keeper.get({ agentId: agent_id, stream }, config_id))
    if (kept === undefined) return forget(delivery)
    const body = await readBody(delivery)
    if (body === undefined) return
    const answer = await post(delivery, kept.config, body)
    const outcome = decideOutcome(answer, attempt)
    const { notification_id, task_id } = delivery
    const facts = { notification_id, agent_id, task_id, config_id, attempt, outcome: outcome.kind }
    log.info('A push notification was sent.', { ...facts, ...answer })
    if (outcome.kind === 'dead') return giveUp(message, delivery, outcome)
    if (outcome.kind === 'delivered') return forget(delivery)
    const at = new Date(clock.now() + outcome.afterMs)
    await patiently(() => sendDelivery({ ...delivery, attempt: attempt + 1 }, at))
  }

  return async (message) => {
    const delivery = PushDelivery.safeParse(parseMessage(message.body))
    if (delivery.success) return deliver(message, delivery.data)
    const rules = issuesOf(delivery.error).map(({ field, rule }) => `${field}: ${rule}`)
    const description = `The message is no delivery of a push notification. ${rules.join('; ')}.`
    await patiently(() => putAside(message, { reason: 'invalid_delivery', description }))
  }
}

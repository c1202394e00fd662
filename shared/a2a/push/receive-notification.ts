import type { A2aVersion, Said } from '../../contract/a2a/dialect.ts'
import { PUSH_DELIVERY_KIND } from '../../contract/a2a/push-delivery.ts'
import type { Log } from '../../kernel/log.ts'
import { A2aFailure } from '../a2a-failure.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import type { PushConfigStore, PushTask } from './push-config-store.ts'
import type { AgentNotification } from './receive-callback.ts'
import { type NotificationPayload, renderNotification } from './render-notification.ts'
import type { SendDelivery } from './send-delivery.ts'

/**
 * Takes a notification at the deployment that asked: one message on the queue for each config of the task. Repeating it
 * sends the same messages again. Without a config, and for another task than the callback's, nothing is delivered.
 */
export type ReceiveNotification = (notification: Omit<AgentNotification, 'askingProxyId'>) => Promise<void>

export type ReceiveNotificationOptions = {
  store: Pick<PushConfigStore, 'list'>
  sendDelivery: SendDelivery
  /** The id that the agent gave the task of a log; undefined while it has not. */
  taskIdOf(task: PushTask): Promise<string | undefined>
  /** The events of a task so far, as JSON texts of 1.0: clients of 0.3 get the whole task each time. */
  eventsOf(task: PushTask): Promise<readonly string[]>
  log: Log
}

export const createReceiveNotification = (options: ReceiveNotificationOptions): ReceiveNotification => {
  const { store, sendDelivery, taskIdOf, eventsOf, log } = options

  /** A callback is good for one task: an agent cannot tell a client about another one through it. */
  const isAboutTask = async (task: PushTask, named: string | undefined): Promise<boolean> => {
    const taskId = await taskIdOf(task)
    return taskId === undefined || named === undefined || named === taskId
  }

  const warn = (why: string, { agentId, stream }: PushTask, fields: Record<string, unknown>): void =>
    log.warn(`A push notification of an agent is dropped: ${why}.`, { agent_id: agentId, stream, ...fields })

  /** Undefined when that version has no words for the event: it would be so at every attempt. */
  const render = async (
    said: Said,
    version: A2aVersion,
    task: PushTask,
  ): Promise<NotificationPayload | undefined> => {
    try {
      return await renderNotification(said, version, () => eventsOf(task))
    } catch (error) {
      if (!(error instanceof A2aFailure)) throw error
      warn('it cannot be told to clients of another version', task, { version, error })
      return undefined
    }
  }

  return async ({ agentId, stream, notificationId: notification_id, said }) => {
    const task = { agentId, stream }
    const configs = await store.list(task)
    if (configs.length === 0) return
    const { taskId: task_id } = describeEvent(said.text)
    if (!(await isAboutTask(task, task_id)))
      return warn('it is about another task than the one that was asked for', task, { task_id })
    const payloads = new Map<A2aVersion, NotificationPayload | undefined>()
    for (const { id: config_id, version } of configs) {
      if (!payloads.has(version)) payloads.set(version, await render(said, version, task))
      const payload = payloads.get(version)
      if (payload === undefined) continue
      const ids = { notification_id, agent_id: agentId, stream, config_id, ...(task_id && { task_id }) }
      await sendDelivery({ kind: PUSH_DELIVERY_KIND, ...ids, attempt: 1, ...payload })
    }
  }
}

import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import { PUSH_DELIVERY_KIND, type PushDelivery } from '../../contract/a2a/push-delivery.ts'
import type { Log } from '../../kernel/log.ts'
import { describeEvent } from '../dialect/describe-event.ts'
import type { PushConfigStore, PushTask } from './push-config-store.ts'
import type { AgentNotification } from './receive-callback.ts'
import { renderNotification } from './render-notification.ts'
import type { SendDelivery } from './send-delivery.ts'

/**
 * Takes a notification at the deployment that asked: one message on the queue for each config of the task. Repeating it
 * sends the same messages again. Without a config, and for another task than the callback's, nothing is delivered.
 */
export type ReceiveNotification = (notification: Omit<AgentNotification, 'askingProxyId'>) => Promise<void>

export const createReceiveNotification = (options: {
  store: Pick<PushConfigStore, 'list'>
  sendDelivery: SendDelivery
  /** The id that the agent gave the task of a log; undefined while it has not. */
  taskIdOf(task: PushTask): Promise<string | undefined>
  /** The events of a task so far, as JSON texts of 1.0: clients of 0.3 get the whole task each time. */
  eventsOf(task: PushTask): Promise<readonly string[]>
  log: Log
}): ReceiveNotification => {
  const { store, sendDelivery, taskIdOf, eventsOf, log } = options

  /** A callback is good for one task: an agent cannot tell a client about another one through it. */
  const isAboutTask = async (task: PushTask, named: string | undefined): Promise<boolean> => {
    const taskId = await taskIdOf(task)
    return taskId === undefined || named === undefined || named === taskId
  }

  return async ({ agentId, stream, notificationId, said }) => {
    const task = { agentId, stream }
    const configs = await store.list(task)
    if (configs.length === 0) return
    const { taskId } = describeEvent(said.text)
    if (!(await isAboutTask(task, taskId))) {
      log.warn(
        'An agent sent a notification about another task than the one it was asked about; it is dropped.',
        {
          agent_id: agentId,
          task_id: taskId,
          stream,
        },
      )
      return
    }
    const rendered = new Map<A2aVersion, { content_type: string; body: string }>()
    for (const { id, version } of configs) {
      const payload = rendered.get(version) ?? (await renderNotification(said, version, () => eventsOf(task)))
      rendered.set(version, payload)
      const delivery: PushDelivery = {
        kind: PUSH_DELIVERY_KIND,
        notification_id: notificationId,
        agent_id: agentId,
        stream,
        config_id: id,
        ...(taskId === undefined ? {} : { task_id: taskId }),
        attempt: 1,
        ...payload,
      }
      await sendDelivery(delivery)
    }
  }
}

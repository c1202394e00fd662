import type { AgentItem } from '../agent-call.ts'
import type { TaskLog } from '../log/task-log.ts'
import type { Claim } from '../sessions/hold-claim.ts'
import { describeItem } from './describe-item.ts'

/** The same items; the sink hears of the task as soon as it is named, while the agent goes on talking. */
export async function* expectTask(
  items: AsyncIterable<AgentItem>,
  { claim, sink }: { claim: Claim; sink: TaskLog },
): AsyncGenerator<AgentItem, void, undefined> {
  let isExpected = false
  for await (const item of items) {
    const { taskId } = describeItem(item)
    if (!isExpected && taskId !== undefined) {
      isExpected = true
      const session = claim.session()
      if ((session.taskId ?? taskId) === taskId) sink.expect?.(session, taskId)
    }
    yield item
  }
}

import { guard } from '../../shared/compose.ts'
import { negotiate } from '../../shared/compose/viewing.ts'
import { TaskId } from '../../shared/contract/agent-event.ts'
import { parseInput } from '../../shared/kernel/parse.ts'
import { events } from '../parts.ts'

const route = 'stream/{task_id}/negotiate'

events.http('events_negotiate', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'events:read' }, async (request) => {
    const taskId = parseInput(TaskId, request.params.task_id, 'task_id')
    const json = await negotiate()(taskId, request.caller)
    return { status: 200, headers: { 'cache-control': 'no-store' }, json }
  }),
})

import { guard } from '../../shared/compose.ts'
import { findFinal } from '../../shared/compose/viewing.ts'
import { TaskId } from '../../shared/contract/agent-event.ts'
import { FinalQuery } from '../../shared/contract/stream-query.ts'
import { jsonTextResponse } from '../../shared/http/json-text-response.ts'
import { parseInput } from '../../shared/kernel/parse.ts'
import { events } from '../parts.ts'

const route = 'final/{task_id}'

events.http('events_final', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'events:read', ticketFor: 'task_id' }, async (request) => {
    const taskId = parseInput(TaskId, request.params.task_id, 'task_id')
    const { wait } = request.parseQuery(FinalQuery)
    const { caller, signal } = request
    return jsonTextResponse(await findFinal()({ taskId, caller, waitMs: wait * 1000, signal }))
  }),
})

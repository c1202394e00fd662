import { guard } from '../../shared/compose.ts'
import { listEvents, streamEvents } from '../../shared/compose/viewing.ts'
import { TaskId } from '../../shared/contract/agent-event.ts'
import { StreamQuery } from '../../shared/contract/stream-query.ts'
import { parseCursor } from '../../shared/events/parse-cursor.ts'
import { wantsJson } from '../../shared/http/wants-json.ts'
import { jsonTextResponse } from '../../shared/http/json-text-response.ts'
import { sseResponse } from '../../shared/http/sse-response.ts'
import { parseInput } from '../../shared/kernel/parse.ts'
import { events } from '../parts.ts'

const route = 'stream/{task_id}'

events.http('events_stream', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'events:read', ticketFor: 'task_id' }, async (request) => {
    const { caller, signal } = request
    const taskId = parseInput(TaskId, request.params.task_id, 'task_id')
    const { from, case: memberCase, limit } = request.parseQuery(StreamQuery)
    if (wantsJson(request.headers)) {
      return jsonTextResponse(await listEvents()({ taskId, caller, from, limit, memberCase }))
    }
    const cursor = parseCursor({ lastEventId: request.headers.get('last-event-id'), from })
    const frames = await streamEvents()({ taskId, caller, cursor, memberCase, signal })
    return frames === undefined ? { status: 204 } : sseResponse(frames)
  }),
})

import { app } from '@azure/functions'
import { guard, health } from '../../shared/compose.ts'

const route = 'health'

app.http('operations_health', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, async () => {
    const answer = await health()()
    return { status: answer.status === 'unhealthy' ? 503 : 200, json: answer }
  }),
})

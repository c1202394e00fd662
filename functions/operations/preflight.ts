import { app } from '@azure/functions'
import { config, guard } from '../../shared/compose.ts'
import { answerPreflight } from '../../shared/http/cors.ts'

const route = '{*path}'

app.http('unmatched_preflight', {
  methods: ['OPTIONS'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, answerPreflight(config.cors)),
})

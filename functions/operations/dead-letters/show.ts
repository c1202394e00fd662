import { guard } from '../../../shared/compose.ts'
import { deadLetters } from '../../../shared/compose/dead-letters.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/dead-letters/{key}'

operations.http('operations_dead_letter_show', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async ({ params }) => {
    return { status: 200, json: await deadLetters().show(params.key) }
  }),
})

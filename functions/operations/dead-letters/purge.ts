import { guard } from '../../../shared/compose.ts'
import { deadLetters } from '../../../shared/compose/dead-letters.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/dead-letters/{key}'

operations.http('operations_dead_letter_purge', {
  methods: ['DELETE'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async ({ params }) => {
    await deadLetters().purge(params.key)
    return { status: 204 }
  }),
})

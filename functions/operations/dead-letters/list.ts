import { guard } from '../../../shared/compose.ts'
import { deadLetters } from '../../../shared/compose/dead-letters.ts'
import { DeadLetterQuery } from '../../../shared/contract/dead-letter-query.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/dead-letters'

operations.http('operations_dead_letters_list', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async (request) => {
    const { filter, page } = request.parseQuery(DeadLetterQuery)
    return { status: 200, json: await deadLetters().list(filter, page) }
  }),
})

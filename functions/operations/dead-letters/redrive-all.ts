import { guard } from '../../../shared/compose.ts'
import { deadLetters } from '../../../shared/compose/dead-letters.ts'
import { DeadLetterSelection } from '../../../shared/contract/dead-letter-query.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/dead-letters:redrive'

operations.http('operations_dead_letters_redrive_all', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async (request) => {
    return { status: 200, json: await deadLetters().redriveAll(await request.json(DeadLetterSelection)) }
  }),
})

import { guard } from '../../../shared/compose.ts'
import { deadLetters } from '../../../shared/compose/dead-letters.ts'
import { MAX_EVENT_BYTES } from '../../../shared/contract/limits.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/dead-letters/{key}/body'

operations.http('operations_dead_letter_edit', {
  methods: ['PUT'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin', maxBodyBytes: MAX_EVENT_BYTES }, async (request) => {
    return { status: 200, json: await deadLetters().edit(request.params.key, await request.bytes()) }
  }),
})
